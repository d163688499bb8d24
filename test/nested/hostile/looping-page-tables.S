# A page table that is its own child, with reserved bits.
.code64
    mov  %cr3, %rax
    mov  %rax, %rcx
    or   $0x67, %rcx
    mov  %rcx, 8(%rax)
    movq $-1, 16(%rax)
    movabs $0x8040201008, %rbx
    mov  (%rbx), %rdx
    mov  %rdx, (%rbx)
    movabs $0x10000000000, %rbx
    mov  (%rbx), %rdx
