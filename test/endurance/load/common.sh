# What every load has. /dev/kmsg puts whole lines, with the guest's time, between those of the kernel.
# From the kernel's command line come $guest (its name), $address, $peer (the other's address) and $duration (seconds).
say() { echo "endurance: $*" > /dev/kmsg; }
fail() { say "FAILED $load: $*"; exit 1; }

# Contents that can be told again from their name: lines of 32 bytes, 2^N of them. content NAME N
content() {
  text=$(printf '%-31s\n.' "$1")
  text=${text%.}
  doublings=$2
  while [ $doublings -gt 0 ]; do
    text=$text$text
    doublings=$((doublings - 1))
  done
  printf %s "$text"
}
sum_of() { md5sum | cut -d ' ' -f 1; }

# What has to be read again comes from the device.
drop_caches() { echo 3 > /proc/sys/vm/drop_caches; }

# Calls the function `round` with 1, 2, 3, …, and reports each one that is done, until all shall stop.
repeat() {
  number=0
  until [ -e /run/stop ]; do
    number=$((number + 1))
    round $number
    say "$load $number"
  done
}
