.code64
    xor  %esi, %esi
1:  mov  %esi, %eax
    mov  %esi, %ecx
    cpuid
    add  $0x10001, %esi
    jmp  1b
