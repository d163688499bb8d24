.code64
    mov  $0xd0000000, %ebx
    lock cmpxchg16b (%rbx)
    lock incl (%rbx)
    lock xaddq %rax, 3(%rbx)
    xchg %rax, 0xffc(%rbx)
    fxsave (%rbx)
    fxrstor (%rbx)
    cmpxchg8b (%rbx)
    hlt
