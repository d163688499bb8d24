# Every width at every byte of the devices' registers, and beyond them.
.code64
1:  mov  $0xd0000000, %ebx
2:  movb (%rbx), %al
    movw (%rbx), %ax
    movl (%rbx), %eax
    movq (%rbx), %rax
    movb %cl, (%rbx)
    movw %cx, (%rbx)
    movl %ecx, (%rbx)
    movq %rcx, (%rbx)
    add  $0x9e3779b9, %ecx
    inc  %ebx
    cmp  $0xd0008000, %ebx
    jne  2b
    jmp  1b
