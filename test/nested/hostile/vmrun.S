# Virtualization inside a guest that is told of none: EFER.SVME, and the instructions of SVM and VMX.
.code64
    call catch_faults
    mov  $50, %r14d
1:  mov  $2, %r15d
    mov  $0xc0000080, %ecx              # EFER.SVME
    rdmsr
    or   $0x1000, %eax
    wrmsr
    xor  %edx, %edx
    mov  $0x201000, %eax
    mov  $0xc0010117, %ecx              # VM_HSAVE_PA
    wrmsr
    mov  $5, %eax
    mov  $0x3a, %ecx                    # IA32_FEATURE_CONTROL
    wrmsr
    mov  $3, %r15d
    xor  %ecx, %ecx
.irp instruction, "vmload", "vmrun", "vmsave", "stgi", "clgi", "skinit", "invlpga", "vmmcall", "vmcall", "vmlaunch", "vmresume", "vmxoff"
    mov  $0x200000, %eax
    \instruction
.endr
    mov  $0x200000, %eax
    vmptrld (%rax)
    vmread %rax, %rcx
    vmwrite %rax, %rcx
    mov  $4, %r15d
    vmxon (%rax)
    vmclear (%rax)
    dec  %r14d
    jnz  1b
.include "off.inc"
.include "faults.inc"
