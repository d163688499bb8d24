.code64
    xor  %edx, %edx
1:  in   %dx, %al
    in   %dx, %ax
    in   %dx, %eax
    inc  %dx
    jmp  1b
