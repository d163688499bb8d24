# One CPU sets devices up at random and fills their rings with descriptors of all kinds; the other one changes the rings
# meanwhile, so that they are not twice the same for a device that looks twice. Buffers are in the third mebibyte and above.
.code64
    mov  $0x9e3779b9, %r12d
.include "start-other.inc"
    mov  $60, %r15d
round:
    call random
    and  $0x3000, %eax                  # one of four devices
    mov  $0xd0000000, %ebp
    add  %eax, %ebp
    movl $0, 0x70(%rbp)                 # Status: reset, then ACKNOWLEDGE and DRIVER
    movl $3, 0x70(%rbp)
    movl $0, 0x24(%rbp)                 # DriverFeatures: indirect descriptors, event index, packed rings
    call random
    and  $0x30000000, %eax
    movl %eax, 0x20(%rbp)
    movl $1, 0x24(%rbp)
    call random
    and  $4, %eax
    or   $1, %eax
    movl %eax, 0x20(%rbp)
    movl $11, 0x70(%rbp)
    mov  $2, %r14d
queue:
    dec  %r14d
    movl %r14d, 0x30(%rbp)              # QueueSel
    call random
    and  $3, %eax
    mov  %eax, %ecx
    mov  $4, %eax
    shl  %cl, %eax
    movl %eax, 0x38(%rbp)               # QueueNum: 4 to 32
    movl $0x20000, 0x80(%rbp)
    movl $0, 0x84(%rbp)
    movl $0x21000, 0x90(%rbp)
    movl $0, 0x94(%rbp)
    movl $0x22000, 0xa0(%rbp)
    movl $0, 0xa4(%rbp)
    movl $1, 0x44(%rbp)                 # QueueReady
    test %r14d, %r14d
    jnz  queue
    movl $15, 0x70(%rbp)
    mov  $16, %r14d
notify:
    mov  $8, %r13d
descriptor:
    call random
    and  $0x1f0, %eax
    lea  0x20000(%rax), %edi
    call random
    and  $0x1ffff8, %eax
    or   $0x200000, %eax
    mov  %rax, (%rdi)
    call random
    and  $0x7ff, %eax
    mov  %eax, 8(%rdi)
    call random
    and  $0x00070187, %eax              # flags, and next or id
    mov  %eax, 12(%rdi)
    dec  %r13d
    jnz  descriptor
    call random
    and  $0x1e, %eax
    movw $1, 0x21004(%rax)
    incw 0x21002
    call random
    and  $1, %eax
    movl %eax, 0x50(%rbp)               # QueueNotify
    movl 0x60(%rbp), %eax
    movl %eax, 0x64(%rbp)
    dec  %r14d
    jnz  notify
    dec  %r15d
    jnz  round
.include "off.inc"
.include "random.inc"

# Small numbers into the rings: never the upper half of a buffer's address.
other:
.code16
    mov  $0x2000, %ax
    mov  %ax, %ds
    mov  $0x12345, %ebx
2:  mov  %ebx, %eax
    shl  $13, %eax
    xor  %eax, %ebx
    mov  %ebx, %eax
    shr  $17, %eax
    xor  %eax, %ebx
    mov  %ebx, %eax
    shl  $5, %eax
    xor  %eax, %ebx
    mov  %bx, %si
    and  $0x21fe, %si
    test $6, %si
    jz   3f
    test $8, %si
    jz   2b
3:  shr  $16, %eax
    and  $0x187, %ax
    mov  %ax, (%si)
    jmp  2b
other_end:
