# Reads and writes where the firmware, the hypervisor and the machine's devices are on the outside. With a trap vector the guest
# takes an access fault for each; it counts them and prints F for each one that came as it should.
.equ PROBES, (addresses_end - addresses) / 8

_start:
    la t0, vector
    csrw stvec, t0
    la s0, addresses
    li s1, PROBES
1:  ld s2, (s0)
    li s3, 0
    ld t1, (s2)                     # load access fault, cause 5
    li t0, 5
    bne s3, t0, wrong
    li s3, 0
    sd zero, (s2)                   # store access fault, cause 7
    li t0, 7
    bne s3, t0, wrong
    li a0, 'F'
    li a7, 1
    ecall
    addi s0, s0, 8
    addi s1, s1, -1
    bnez s1, 1b
    li a0, 0
    j end
wrong:
    li a0, 1                        # SRST reason: system failure
end:
    mv a1, a0
    li a0, 0
    li a6, 0
    li a7, 0x53525354
    ecall

# s3 = cause; goes on behind the access, which is 4 bytes or 2.
.balign 4
vector:
    csrr s3, scause
    csrr t0, sepc
    lhu t1, (t0)
    andi t1, t1, 3
    li t2, 3
    addi t0, t0, 2
    bne t1, t2, 1f
    addi t0, t0, 2
1:  csrw sepc, t0
    sret

.balign 8
addresses:
    .dword 0x00100000               # test finisher
    .dword 0x02000000               # ACLINT
    .dword 0x0c000000               # PLIC
    .dword 0x10000000               # UART
    .dword 0x10001000               # virtio
    .dword 0xfff00000
    .dword 0x0000000180000000
    .dword 0x0000008000000000
    .dword 0x00fffffffffff000
addresses_end:
