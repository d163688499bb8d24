# An interrupt to itself from its own handler, without end.
.code64
    mov  $0xfee00000, %ebx
    movl $0x1ff, 0xf0(%rbx)
    lea  handler(%rip), %rax
    mov  $0x20000, %edi
    movw %ax, 0x40*16(%rdi)
    movl $0x8e000010, 0x40*16+2(%rdi)
    shr  $16, %rax
    movw %ax, 0x40*16+6(%rdi)
    movq $0, 0x40*16+8(%rdi)
    push $0x20000
    pushw $0x0fff
    lidt (%rsp)
    sti
1:  movl $0x40040, 0x300(%rbx)
    jmp  1b
handler:
    movl $0x40040, 0x300(%rbx)
    movl $0, 0xb0(%rbx)
    iretq
