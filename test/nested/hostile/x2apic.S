# The local APIC by its MSRs: anything to all of them, and from one of its modes to another.
.code64
    call catch_faults
    mov  $2, %r15d
    mov  $0x12345, %r12d
1:  mov  $0x1b, %ecx                    # IA32_APIC_BASE: on, x2APIC
    rdmsr
    or   $0xc00, %eax
    wrmsr
    mov  $64, %r14d
2:  call random
    mov  %eax, %edx
    call random
    movzbl %ah, %ecx
    or   $0x800, %ecx
    wrmsr
    rdmsr
    dec  %r14d
    jnz  2b
    call random
    and  $0xd00, %eax
    or   $0xfee00000, %eax
    xor  %edx, %edx
    mov  $0x1b, %ecx
    wrmsr
    jmp  1b
.include "random.inc"
.include "faults.inc"
