# Reads and writes each MSR of the usual ranges.
.code64
    call catch_faults
    mov  $2, %r15d
    xor  %esi, %esi
1:  mov  %esi, %ecx
    rdmsr
    wrmsr
    not  %eax
    wrmsr
    inc  %esi
    cmp  $0x800, %esi
    jne  2f
    mov  $0x40000000, %esi
2:  cmp  $0x40000200, %esi
    jne  3f
    mov  $0x4b564d00, %esi
3:  cmp  $0x4b564d10, %esi
    jne  4f
    mov  $0xc0000080, %esi
4:  cmp  $0xc0000110, %esi
    jne  5f
    mov  $0xc0010000, %esi
5:  cmp  $0xc0010200, %esi
    jne  1b
    hlt
.include "faults.inc"

