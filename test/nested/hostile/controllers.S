# Anything to the PICs, the PIT, port 0x61, the I/O APIC and the local APIC.
.code64
    cli
    mov  $0x12345, %r12d
    mov  $0xfec00000, %ebx
    mov  $0xfee00000, %ebp
1:  call random
    mov  %eax, %esi
    and  $0x7f, %esi
    call random
    mov  %esi, %edx
    and  $0x1, %edx
    add  $0x20, %edx
    out  %al, %dx
    add  $0x80, %edx
    out  %al, %dx
    mov  %esi, %edx
    and  $3, %edx
    add  $0x40, %edx
    out  %al, %dx
    out  %al, $0x61
    mov  %esi, (%rbx)
    mov  %eax, 0x10(%rbx)
    mov  %esi, %edx
    shl  $4, %edx
    mov  %eax, (%rbp, %rdx)
    jmp  1b
.include "random.inc"
