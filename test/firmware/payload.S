# A supervisor that tries out the firmware below it. It prints lines of a word and hexadecimal numbers, and turns the board off.
# The test links beside it: `calls`, a7, a6, a0 to a5 of each call, up to `calls_end`; `storm_length`, a number.

.equ LEGACY_PUTCHAR, 1
.equ LEGACY_CLEAR_IPI, 3
.equ LEGACY_SEND_IPI, 4
.equ TIME, 0x54494d45
.equ IPI, 0x735049
.equ RFENCE, 0x52464e43
.equ HSM, 0x48534d
.equ HART_START, 0
.equ HART_STOP, 1
.equ HART_GET_STATUS, 2
.equ HART_SUSPEND, 3
.equ SRST, 0x53525354

.equ STOPPED, 1
.equ SSIP, 1 << 1
.equ STIP, 1 << 5
.equ FIRMWARE, 0x80000000
.equ MTIME, 0x200bff8
.equ HARTS, 8
# Turns of a loop that waits for another hart, which may have to wait for a core of the host; and of one with a call.
.equ PATIENCE, 2000000000
.equ PATIENCE_OF_CALLS, 10000000

.macro sbi extension, function
    li a7, \extension
    li a6, \function
    ecall
.endm

.macro word text
    la a0, 9f
    call print
    j 8f
9:  .asciz "\text"
    .balign 4
8:
.endm

.macro number register
    mv a0, \register
    call print_number
.endm

.macro line_end
    li a0, '\n'
    call print_byte
.endm

# Prints what the instruction does: "NAME scause stval sepc-minus-its-address".
.macro fault name, instruction
    csrw scause, zero
    csrw stval, zero
    la s0, 7f
    csrw sepc, s0
    la t0, 6f
    la t1, fault_continuation
    sd t0, (t1)
7:  \instruction
6:  word \name
    csrr s1, scause
    number s1
    csrr s1, stval
    number s1
    csrr s1, sepc
    sub s1, s1, s0
    number s1
    line_end
.endm

.section .text.boot, "ax"
.globl _start
_start:
    # The table wants hart 0 to call, and OpenSBI begins with whichever hart comes first.
    beqz a0, 1f
    mv a2, a1
    li a0, 0
    la a1, _start
    sbi HSM, HART_START
    sbi HSM, HART_STOP
1:  la sp, stack_top
    la t0, fault_vector
    csrw stvec, t0
    csrw sie, zero
    mv s10, a0
    mv s11, a1
    word boot
    csrr s1, satp
    number s1
    csrr s1, sstatus
    andi s1, s1, 2                  # SIE
    number s1
    line_end

    call run_calls
    call try_timer
    call try_ipi
    call try_suspend
    call try_faults
    call try_harts
    call try_storm
    call print_device_tree

    word end
    line_end
    li a0, 0
    li a1, 0
    sbi SRST, 0
1:  j 1b

# ---- Calls of the table: "call N error value changed-registers"

run_calls:
    addi sp, sp, -32
    sd ra, (sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    la s0, calls
    li s1, 0
1:  la t0, calls_end
    bgeu s0, t0, 2f
    mv a0, s0
    call run_call
    word call
    number s1
    la s2, after
    ld s3, 10*8(s2)
    number s3
    ld s3, 11*8(s2)
    number s3
    call changed_registers
    call print_number
    line_end
    addi s0, s0, 64
    addi s1, s1, 1
    j 1b
2:  ld ra, (sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    addi sp, sp, 32
    ret

# Calls with every register set, and notes what they are afterwards. a0: the table's entry.
run_call:
    la t0, before
    li t1, 1
    li t3, 0x0123456789abcdef
1:  mul t2, t1, t3
    slli t4, t1, 3
    add t4, t4, t0
    sd t2, (t4)
    addi t1, t1, 1
    li t5, 32
    bltu t1, t5, 1b
    .irp n, 0, 1, 2, 3, 4, 5
    ld t1, 16+8*\n(a0)
    sd t1, 8*(10+\n)(t0)
    .endr
    ld t1, 8(a0)
    sd t1, 16*8(t0)
    ld t1, 0(a0)
    sd t1, 17*8(t0)

    la t1, own
    .irp n, 1, 2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    sd x\n, 8*\n(t1)
    .endr
    la t1, after
    csrw sscratch, t1
    .irp n, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ld x\n, 8*\n(t0)
    .endr
    ld t0, 5*8(t0)
    ecall
    csrrw sp, sscratch, sp
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    sd x\n, 8*\n(sp)
    .endr
    csrr t0, sscratch
    sd t0, 2*8(sp)
    la t1, own
    .irp n, 1, 2, 3, 4, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
    ld x\n, 8*\n(t1)
    .endr
    ret

# Bit n: xn is not what it was before the call.
changed_registers:
    la t0, before
    la t1, after
    li t2, 1
    li a0, 0
1:  slli t3, t2, 3
    add t4, t0, t3
    ld t4, (t4)
    add t5, t1, t3
    ld t5, (t5)
    beq t4, t5, 2f
    li t6, 1
    sll t6, t6, t2
    or a0, a0, t6
2:  addi t2, t2, 1
    li t6, 32
    bltu t2, t6, 1b
    ret

# ---- Timer: "counters scounteren", "timer-future STIP", "timer-due STIP", "timer-never STIP"

try_timer:
    addi sp, sp, -16
    sd ra, (sp)
    csrr s0, scounteren
    word counters
    number s0
    line_end
    rdtime a0
    li t0, 10000000
    add a0, a0, t0
    sbi TIME, 0
    csrr s0, sip
    andi s0, s0, STIP
    word timer-future
    number s0
    line_end

    rdtime a0
    addi a0, a0, 1000
    sbi TIME, 0
    li s1, PATIENCE
1:  csrr s0, sip
    andi s0, s0, STIP
    addi s1, s1, -1
    beqz s1, 2f
    beqz s0, 1b
2:  word timer-due
    number s0
    line_end

    li a0, -1
    sbi TIME, 0
    csrr s0, sip
    andi s0, s0, STIP
    word timer-never
    number s0
    line_end
    ld ra, (sp)
    addi sp, sp, 16
    ret

# ---- Interrupts to itself: "ipi error SSIP", "clear-ipi first second", "ipi-legacy result SSIP"

try_ipi:
    addi sp, sp, -16
    sd ra, (sp)
    li a0, 1
    mv a1, s10
    sbi IPI, 0
    mv s0, a0
    call wait_for_ssip
    word ipi
    number s0
    number s1
    line_end

    li a0, 0
    sbi LEGACY_CLEAR_IPI, 0
    mv s0, a0
    sbi LEGACY_CLEAR_IPI, 0
    mv s1, a0
    word clear-ipi
    number s0
    number s1
    line_end

    li t0, 1
    sll t0, t0, s10
    la a0, hart_mask
    sd t0, (a0)
    sbi LEGACY_SEND_IPI, 0
    mv s0, a0
    call wait_for_ssip
    csrci sip, SSIP
    word ipi-legacy
    number s0
    number s1
    line_end
    ld ra, (sp)
    addi sp, sp, 16
    ret

# s1 = sip.SSIP, after some time if need be.
wait_for_ssip:
    li t1, PATIENCE
1:  csrr s1, sip
    andi s1, s1, SSIP
    addi t1, t1, -1
    beqz t1, 2f
    beqz s1, 1b
2:  ret

# ---- Suspend until the timer: "suspend error", "resume hart-id opaque satp SIE"

try_suspend:
    addi sp, sp, -16
    sd ra, (sp)
    li t0, STIP
    csrs sie, t0
    call timer_soon
    li a0, 0
    sbi HSM, HART_SUSPEND
    mv s0, a0
    word suspend
    number s0
    line_end

    call timer_soon
    la t0, own
    sd sp, 2*8(t0)
    sd s10, 26*8(t0)
    sd s11, 27*8(t0)
    li a0, 0x80000000
    la a1, resumed
    li a2, 0x5678
    sbi HSM, HART_SUSPEND
    mv s0, a0
    word not-resumed
    number s0
    line_end
    j 1f

resumed:
    la t0, own
    ld sp, 2*8(t0)
    ld s10, 26*8(t0)
    ld s11, 27*8(t0)
    mv s0, a0
    mv s1, a1
    la t0, fault_vector
    csrw stvec, t0
    word resume
    number s0
    number s1
    csrr s1, satp
    number s1
    csrr s1, sstatus
    andi s1, s1, 2
    number s1
    line_end

1:  csrw sie, zero
    li a0, -1
    sbi TIME, 0
    ld ra, (sp)
    addi sp, sp, 16
    ret

timer_soon:
    rdtime a0
    li t0, 20000
    add a0, a0, t0
    sbi TIME, 0
    ret

# ---- What S-mode may not do, and whose exception it gets

try_faults:
    addi sp, sp, -16
    sd ra, (sp)
    li s4, FIRMWARE
    li s5, MTIME
    fault read-firmware, "ld t0, (s4)"
    fault write-firmware, "sd t0, (s4)"
    fault run-firmware, "jalr ra, (s4)"
    fault read-mtime, "ld t0, (s5)"
    fault read-nothing, "ld t0, (zero)"
    fault read-mstatus, "csrr t0, mstatus"
    fault read-time, "rdtime t0"
    fault read-instret, "rdinstret t0"
    fault illegal, ".word 0"
    fault breakpoint, "ebreak"
    # The hart mask of a legacy call lies where S-mode may not read. (Not in the page of the firmware's code: QEMU 7.2 lets a
    # load under mstatus.MPRV through where an instruction of M-mode was fetched.)
    mv a0, s5
    li a7, LEGACY_SEND_IPI
    fault legacy-mask, "ecall"
    ld ra, (sp)
    addi sp, sp, 16
    ret

.balign 4
fault_vector:
    # A jump into nowhere has no place to come back to, so each fault says where to go on.
    la t0, fault_continuation
    ld t0, (t0)
    jr t0

# ---- Other harts

# "status ID error state" for each id that there could be
try_harts:
    addi sp, sp, -16
    sd ra, (sp)
    li s9, 0
1:  mv a0, s9
    sbi HSM, HART_GET_STATUS
    mv s0, a0
    mv s1, a1
    word status
    number s9
    number s0
    number s1
    line_end
    beq s9, s10, 2f
    bnez s0, 2f
    call try_hart
2:  addi s9, s9, 1
    li t0, HARTS
    bltu s9, t0, 1b
    ld ra, (sp)
    addi sp, sp, 16
    ret

# Hart s9: "start error", "entered hart-id opaque satp SIE", "again error", "remote-ipi error seen",
# "remote-fence function error" of each function, "stopped state", "restart error", "entered …"
try_hart:
    addi sp, sp, -16
    sd ra, (sp)
    call start_hart

    mv a0, s9
    la a1, secondary
    li a2, 0
    sbi HSM, HART_START
    mv s0, a0
    word again
    number s0
    line_end

    li s2, 0
1:  li a0, 1
    sll a0, a0, s9
    li t0, 1
    sll t0, t0, s10
    or a0, a0, t0
    li a1, 0
    li a2, 0x40000000
    li a3, 0x3000
    li a4, 1
    li a7, RFENCE
    mv a6, s2
    ecall
    mv s0, a0
    word remote-fence
    number s2
    number s0
    line_end
    addi s2, s2, 1
    li t0, 7
    bltu s2, t0, 1b

    li a0, 1
    mv a1, s9
    sbi IPI, 0
    mv s0, a0
    la a0, ipi_seen
    call wait_for_word
    mv s1, a0
    word remote-ipi
    number s0
    number s1
    line_end

    # The hart stops itself after that.
    li s2, PATIENCE_OF_CALLS
2:  mv a0, s9
    sbi HSM, HART_GET_STATUS
    mv s0, a1
    li t0, STOPPED
    beq s0, t0, 3f
    addi s2, s2, -1
    bnez s2, 2b
3:  word stopped
    number s0
    line_end

    call start_hart
    li a0, 1
    mv a1, s9
    sbi IPI, 0
    la a0, ipi_seen
    call wait_for_word
    ld ra, (sp)
    addi sp, sp, 16
    ret

start_hart:
    addi sp, sp, -16
    sd ra, (sp)
    la t0, entered
    sd zero, (t0)
    la t0, ipi_seen
    sd zero, (t0)
    mv a0, s9
    la a1, secondary
    li a2, 0x1234
    add a2, a2, s9
    sbi HSM, HART_START
    mv s0, a0
    word start
    number s0
    line_end
    la a0, entered
    call wait_for_word
    word entered
    la s2, secondary_state
    .irp n, 0, 1, 2, 3
    ld s3, 8*\n(s2)
    number s3
    .endr
    line_end
    ld ra, (sp)
    addi sp, sp, 16
    ret

# a0: address of a doubleword that another hart sets; a0 = its value, 0 when patience is over.
wait_for_word:
    li t1, PATIENCE
1:  ld t0, (a0)
    addi t1, t1, -1
    beqz t1, 2f
    beqz t0, 1b
2:  fence r, rw
    mv a0, t0
    ret

secondary:
    la t0, secondary_state
    csrr t1, satp
    csrr t2, sstatus
    andi t2, t2, 2
    sd a0, 0(t0)
    sd a1, 8(t0)
    sd t1, 16(t0)
    sd t2, 24(t0)
    fence rw, w
    la t0, entered
    li t1, 1
    sd t1, (t0)
    csrwi sie, SSIP
1:  csrr t0, sip
    andi t0, t0, SSIP
    bnez t0, 2f
    wfi
    j 1b
2:  csrci sip, SSIP
    csrw sie, zero
    fence rw, w
    la t0, ipi_seen
    li t1, 1
    sd t1, (t0)
    sbi HSM, HART_STOP
3:  j 3b

# ---- All harts interrupt and fence each other at once: "storm others-that-got-through own-error"

try_storm:
    addi sp, sp, -16
    sd ra, (sp)
    li s8, 0                        # harts started
    li s9, 0
1:  li s2, PATIENCE_OF_CALLS
2:  mv a0, s9
    sbi HSM, HART_GET_STATUS
    addi s2, s2, -1
    beqz s2, 4f
    bnez a0, 4f
    li t0, STOPPED
    bne a1, t0, 3f                  # itself, or one that has not stopped yet
    mv a0, s9
    la a1, storm
    sbi HSM, HART_START
    bnez a0, 4f
    addi s8, s8, 1
    j 4f
3:  bne s9, s10, 2b
4:  addi s9, s9, 1
    li t0, HARTS
    bltu s9, t0, 1b

    call storm_turns
    mv s0, a0
    li s2, PATIENCE
5:  la t0, storm_count
    ld s1, (t0)
    addi s2, s2, -1
    beqz s2, 6f
    bltu s1, s8, 5b
6:  word storm
    number s1
    number s0
    line_end
    ld ra, (sp)
    addi sp, sp, 16
    ret

storm:
    call storm_turns
    bnez a0, 1f
    la t0, storm_count
    li t1, 1
    amoadd.d zero, t1, (t0)
1:  sbi HSM, HART_STOP
2:  j 2b

# a0 = 0, or the first error.
storm_turns:
    ld s2, storm_length
    li a0, 0
1:  beqz s2, 2f
    li a0, 0
    li a1, -1
    li a2, 0x1000
    li a3, 0x1000
    li a4, 0
    li t0, 3
    remu a6, s2, t0                 # FENCE.I, SFENCE.VMA with and without ASID by turns
    li a7, RFENCE
    ecall
    bnez a0, 2f
    li a0, 0
    li a1, -1
    sbi IPI, 0
    bnez a0, 2f
    addi s2, s2, -1
    j 1b
2:  csrci sip, SSIP
    ret

# ---- The device tree, as hexadecimal digits: "tree DIGITS"

print_device_tree:
    addi sp, sp, -16
    sd ra, (sp)
    word tree
    li a0, ' '
    call print_byte
    lwu s0, 4(s11)                  # the total size, big-endian
    li s1, 0
    .irp shift, 0, 8, 16, 24
    srli t0, s0, \shift
    andi t0, t0, 255
    slli s1, s1, 8
    or s1, s1, t0
    .endr
    mv s0, s11
    add s1, s1, s11
1:  bgeu s0, s1, 2f
    lbu a0, (s0)
    li a1, 2
    call print_digits
    addi s0, s0, 1
    j 1b
2:  line_end
    ld ra, (sp)
    addi sp, sp, 16
    ret

# ---- Printing, by the call that every firmware has

print:
    addi sp, sp, -16
    sd ra, (sp)
    sd s0, 8(sp)
    mv s0, a0
1:  lbu a0, (s0)
    beqz a0, 2f
    call print_byte
    addi s0, s0, 1
    j 1b
2:  ld ra, (sp)
    ld s0, 8(sp)
    addi sp, sp, 16
    ret

print_byte:
    sbi LEGACY_PUTCHAR, 0
    ret

print_number:
    addi sp, sp, -16
    sd ra, (sp)
    sd a0, 8(sp)
    li a0, ' '
    call print_byte
    ld a0, 8(sp)
    li a1, 16
    call print_digits
    ld ra, (sp)
    addi sp, sp, 16
    ret

# The lowest a1 hexadecimal digits of a0.
print_digits:
    addi sp, sp, -32
    sd ra, (sp)
    sd s0, 8(sp)
    sd s1, 16(sp)
    mv s0, a0
    slli s1, a1, 2
1:  addi s1, s1, -4
    srl a0, s0, s1
    andi a0, a0, 15
    addi a0, a0, '0'
    li t0, '9'
    bleu a0, t0, 2f
    addi a0, a0, 'a' - '9' - 1
2:  call print_byte
    bnez s1, 1b
    ld ra, (sp)
    ld s0, 8(sp)
    ld s1, 16(sp)
    addi sp, sp, 32
    ret

.section .data
.balign 8
.globl scratch
scratch: .ascii "console\n"
fault_continuation: .dword 0
hart_mask: .dword 0
entered: .dword 0
ipi_seen: .dword 0
storm_count: .dword 0
secondary_state: .space 4 * 8
before: .space 32 * 8
after: .space 32 * 8
own: .space 32 * 8
.globl page
.balign 4096
page: .space 4096
    .space 4096
stack_top:
