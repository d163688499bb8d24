# Each port there is, over and over, in each width.
.code64
    xor  %edx, %edx
1:  xor  %eax, %eax
    out  %al, %dx
    out  %ax, %dx
    out  %eax, %dx
    inc  %dx
    jmp  1b
