.code64
    movabs $0x8000000000000000, %rax
    jmp  *%rax
