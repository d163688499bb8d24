# Those of KVM: the first byte of the instruction is AMD's or Intel's, and KVM mends the other one.
.code64
    xor  %esi, %esi
1:  mov  %esi, %eax
    mov  $-1, %rbx
    mov  $-1, %rcx
    mov  $-1, %rdx
    vmmcall
    inc  %esi
    and  $0xff, %esi
    jmp  1b
