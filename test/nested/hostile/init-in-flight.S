# Sends INIT and a start-up again and again to a CPU that is in the middle of port I/O.
.code64
.include "start-other.inc"
    mov  $0x12345, %r12d
    mov  $400, %r14d
1:  movl $0x4500, 0x300(%rbx)
    movl $0x4608, 0x300(%rbx)
    call random
    and  $0xfff, %eax
2:  dec  %eax
    jns  2b
    dec  %r14d
    jnz  1b
.include "off.inc"
.include "random.inc"
other:
.code16
    xor  %ax, %ax
    mov  %ax, %es
3:  mov  $0x3fd, %dx
    in   %dx, %al
    mov  $0x7000, %di
    mov  $0x40, %cx
    rep  insb
    mov  $0x3ff, %dx
    out  %al, %dx
    jmp  3b
other_end:
