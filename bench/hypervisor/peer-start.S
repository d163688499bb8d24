# Entry of the peer: one hart, no .bss to clear since an ELF loader has done that.
.text
.globl _start
_start:
    la sp, stack_top
    la tp, boot_hart
    csrw sscratch, zero
    mv a0, sp
    call start
1:  j 1b

.section .bss
.balign 16
.space 8192
stack_top:
.globl __global_pointer$
.equ __global_pointer$, 0
