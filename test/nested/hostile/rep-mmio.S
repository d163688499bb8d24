# From one device to the other, by one instruction.
.code64
    std
    mov  $0xd0004ffc, %esi
    mov  $0xd0001ffc, %edi
    mov  $-1, %rcx
    rep  movsl
    hlt
