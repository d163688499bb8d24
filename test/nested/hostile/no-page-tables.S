# The root of the page tables is no table, then is nowhere.
.code64
    mov  %cr3, %rax
    movq $0, (%rax)
    mov  $0xfffff000, %eax
    mov  %rax, %cr3
    ud2
