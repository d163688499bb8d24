# Instructions that lie over the end of a page and change before each time that they are executed: their second half, the whole by
# another address of the same memory, and one that the emulator executes. Then one that overwrites itself.
.code64
    mov  %cr3, %rax
    movq $0x200083, 0x3000(%rax)        # 0x40000000 is 0x200000 as well
    mov  $0x210ffd, %edi
    mov  $0x40010ffd, %esi
    mov  $0xd0000000, %ebx
    mov  $100, %ecx
    cld
1:  movb $0xb8, (%rdi)                  # mov $N, %eax; ret
    movb $0xc3, 5(%rdi)
    imul $0x01030507, %ecx, %edx
    mov  %edx, 1(%rsi)
    call *%rdi
    cmp  %edx, %eax
    jne  wrong
    movzwl %dx, %edx
    movw %dx, 3(%rdi)
    imul $0x10001, %edx, %edx
    call *%rdi
    cmp  %edx, %eax
    jne  wrong
    movb $0x8b, (%rdi)                  # mov N(%rbx), %eax; ret: MagicValue, then Version of a virtio device
    movb $0x83, 1(%rdi)
    movl $0, 2(%rdi)
    movb $0xc3, 6(%rdi)
    call *%rdi
    cmp  $0x74726976, %eax
    jne  wrong
    movb $4, 2(%rsi)
    call *%rdi
    cmp  $2, %eax
    jne  wrong
    dec  %ecx
    jnz  1b
    lea  2f(%rip), %rdi
    mov  $0x90, %al
    mov  $4f - 2f, %ecx
    jmp  3f
2:  nop
3:  rep  stosb
    .fill 32, 1, 0x90
4:
.include "off.inc"
wrong:
    hlt
