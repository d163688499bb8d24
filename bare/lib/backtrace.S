# What backtrace.ts cannot say in TypeScript.

.text

# backtrace_table() -> the linker's table
.globl backtrace_table
.type backtrace_table, @function
backtrace_table:
    la a0, __backtrace_table
    ret
.size backtrace_table, . - backtrace_table

# code_address() -> the address behind this call
.globl code_address
.type code_address, @function
code_address:
    mv a0, ra
    ret
.size code_address, . - code_address

# stack_pointer() -> the caller's sp
.globl stack_pointer
.type stack_pointer, @function
stack_pointer:
    mv a0, sp
    ret
.size stack_pointer, . - stack_pointer
