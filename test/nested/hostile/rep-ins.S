# From a port without a device into memory, and on beyond its end.
.code64
    cld
    mov  $0x5000, %edx
    mov  $0x200000, %edi
    mov  $-1, %rcx
    rep  insl
    hlt
