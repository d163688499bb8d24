# Packed rings without an end: each descriptor says that another one follows; and an indirect table that is its own part. A device that
# looks at them asks to be reset.
.code64
    mov  $0xd0000000, %ebp
1:  cmpl $2, 8(%rbp)                    # the disk
    je   2f
    add  $0x1000, %ebp
    jmp  1b
2:  mov  $10, %r14d
3:  mov  $0x00810000, %edx              # id 0; NEXT, AVAIL
    call broken
    mov  $0x00840000, %edx              # INDIRECT, AVAIL
    call broken
    dec  %r14d
    jnz  3b
.include "off.inc"
broken:
    mov  $0x24000, %edi
4:  movq $0x24000, (%rdi)
    movl $0x80, 8(%rdi)
    mov  %edx, 12(%rdi)
    add  $16, %edi
    cmp  $0x24080, %edi
    jne  4b
    movl $0, 0x25000
    mov  $5, %ecx                       # VERSION_1, RING_PACKED
    call virtio_start
    movl $0, 0x50(%rbp)                 # QueueNotify
6:  testl $0x40, 0x70(%rbp)             # DEVICE_NEEDS_RESET
    jz   6b
    ret
.include "virtio.inc"
