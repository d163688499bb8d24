.code64
    mov  $0x80000000, %eax
    jmp  *%rax
