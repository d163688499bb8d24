# Where `typevisor build --guest FILE` puts a guest: its size in bytes, then its bytes. Here: none.
.section .rodata
.balign 16
.globl embedded_guest
embedded_guest:
    .dword 0
    .dword 0
