# 64 KiB to COM1 by one instruction, then more than there is memory.
.code64
    cld
    mov  $0x3f8, %edx
    mov  $0x100000, %esi
    mov  $0x10000, %ecx
    rep  outsb
    mov  $0x5000, %edx
    mov  $-1, %rcx
    rep  outsl
    hlt
