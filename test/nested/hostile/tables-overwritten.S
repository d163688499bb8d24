# All of the first mebibyte: descriptors, page tables, command line, ACPI.
.code64
    cld
    xor  %edi, %edi
    mov  $0x20000, %ecx
    mov  $-1, %rax
    rep  stosq
    mov  %cr3, %rax
    mov  %rax, %cr3
    ud2
