# An instruction of which the last bytes are beyond memory.
.code64
    movl $0x00b89090, 0x3ffffc
    mov  $0x3ffffc, %eax
    jmp  *%rax
