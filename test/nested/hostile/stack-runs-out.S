.code64
1:  push %rsp
    jmp  1b
