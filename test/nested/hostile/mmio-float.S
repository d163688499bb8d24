# An access that KVM's emulator does not know.
.code64
    mov  $0xd0000000, %ebx
    fninit
    fstpt (%rbx)
    hlt
