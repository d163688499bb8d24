.code64
    mov  $0xd0000000, %eax
    jmp  *%rax
