# Flips bits of CR0, CR4, CR8 and EFER, whether they are reserved or not; then page tables are where no memory is.
.code64
    call catch_faults
    mov  $0x12345, %r12d
    mov  $2000, %r14d
1:  call random
    mov  %eax, %esi
    and  $63, %esi
    mov  $3, %r15d
    mov  %cr0, %rax
    btc  %rsi, %rax
    mov  %rax, %cr0
    mov  %cr4, %rax
    btc  %rsi, %rax
    mov  %rax, %cr4
    mov  $4, %r15d
    mov  %cr8, %rax
    btc  %rsi, %rax
    mov  %rax, %cr8
    mov  $2, %r15d
    mov  $0xc0000080, %ecx
    rdmsr
    shl  $32, %rdx
    or   %rdx, %rax
    btc  %rsi, %rax
    mov  %rax, %rdx
    shr  $32, %rdx
    wrmsr
    dec  %r14d
    jnz  1b
    mov  $0x12345000, %eax
    mov  %rax, %cr3
.include "random.inc"
.include "faults.inc"
