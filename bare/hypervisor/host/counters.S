# The counters' CSRs by number.
.include "../../lib/by-number.S"

# u64 read_user_counter(u64 number): cycle (0), instret (2), hpmcounter3 to 31.
by_number read_user_counter, read, 0xc00
