# INIT, start-ups at bad places and NMIs for all others.
.code64
    mov  $0xfee00000, %ebx
    movl $0x1ff, 0xf0(%rbx)
1:  movl $0xc4500, 0x300(%rbx)
    movl $0xc4600, 0x300(%rbx)
    movl $0xc46ff, 0x300(%rbx)
    movl $0xc4608, 0x300(%rbx)
    movl $0xc4400, 0x300(%rbx)
    jmp  1b
