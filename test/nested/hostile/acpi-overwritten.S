# What firmware left behind is the guest's: the machine does not read it again, and still switches off.
.code64
    cld
    mov  $0xe0000, %edi
    mov  $0x4000, %ecx
    mov  $-1, %rax
    rep  stosq
.include "off.inc"
