# Resets devices that have just been given all that a ring holds. One that is reset says so at once, and writes nothing afterwards.
.code64
    mov  $40, %r14d
    mov  $0x12345, %r12d
1:  call random
    and  $0x3000, %eax
    mov  $0xd0000000, %ebp
    add  %eax, %ebp
    mov  $0x24000, %edi
    xor  %ecx, %ecx
2:  movq $0x300000, (%rdi)              # half of the buffers to read, half to write
    movl $0x1000, 8(%rdi)
    mov  %ecx, %eax
    and  $2, %eax
    movw %ax, 12(%rdi)
    movw %cx, 0x25004(,%rcx,2)
    add  $16, %edi
    inc  %ecx
    cmp  $8, %ecx
    jne  2b
    movw $8, 0x25002
    movw $0, 0x26002
    mov  $1, %ecx                       # VERSION_1
    call virtio_start
    movl $0, 0x50(%rbp)                 # QueueNotify
    movl $1, 0x50(%rbp)
    movl $0, 0x70(%rbp)
    cmpl $0, 0x70(%rbp)
    jne  wrong
    movw $0x5555, 0x26002               # the used ring's index
    mov  $10, %ecx
3:  cmpw $0x5555, 0x26002
    jne  wrong
    cmpl $0x74726976, (%rbp)
    jne  wrong
    dec  %ecx
    jnz  3b
    dec  %r14d
    jnz  1b
.include "off.inc"
wrong:
    hlt
.include "random.inc"
.include "virtio.inc"
