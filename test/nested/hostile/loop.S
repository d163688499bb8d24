.code64
    cli
1:  jmp  1b
