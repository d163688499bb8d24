# Reads and writes each MSR of the usual ranges. The handler of #GP passes the instruction by.
.code64
    lea  handler(%rip), %rax
    mov  $0x20000, %edi
    movw %ax, 13*16(%rdi)
    movl $0x8e000010, 13*16+2(%rdi)
    shr  $16, %rax
    movw %ax, 13*16+6(%rdi)
    movq $0, 13*16+8(%rdi)
    push $0x20000
    pushw $0x0fff
    lidt (%rsp)
    xor  %esi, %esi
1:  mov  %esi, %ecx
    rdmsr
    wrmsr
    not  %eax
    wrmsr
    inc  %esi
    cmp  $0x800, %esi
    jne  2f
    mov  $0x40000000, %esi
2:  cmp  $0x40000200, %esi
    jne  3f
    mov  $0x4b564d00, %esi
3:  cmp  $0x4b564d10, %esi
    jne  4f
    mov  $0xc0000080, %esi
4:  cmp  $0xc0000110, %esi
    jne  5f
    mov  $0xc0010000, %esi
5:  cmp  $0xc0010200, %esi
    jne  1b
    hlt
handler:
    addq $2, 8(%rsp)
    addq $8, %rsp
    iretq
