# The counters' CSRs by number.
.include "../lib/by-number.S"

# u64 read_counter(u64 number), void write_counter(u64 number, u64 value): mcycle (0), minstret (2), mhpmcounter3 to 31.
by_number read_counter, read, 0xb00
by_number write_counter, write, 0xb00
# u64 read_event(u64 number), void write_event(u64 number, u64 value): mhpmevent3 to 31.
by_number read_event, read, 0x320
by_number write_event, write, 0x320
