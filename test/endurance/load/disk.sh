# A disk without a file system, block by block of 64 KiB: disk-image.ts knows what each block must have after so many rounds.
load=disk
. /endurance/common.sh
disk=/dev/vda
block=64k

# Calls a function with each block of a round.
blocks() {
  index=0
  while [ $index -lt 16 ]; do
    $1 $(((($2 - 1) * 16 + index) * 389 % 1024))
    index=$((index + 1))
  done
}
expected() { content "$guest disk $number $1" 11; }
# Every other round by the cache.
write_block() {
  direct=
  [ $((number % 2)) = 0 ] || direct=oflag=direct
  expected $1 | dd of=$disk bs=$block count=1 seek=$1 iflag=fullblock conv=notrunc,fsync $direct status=none ||
    fail "round $number: block $1 cannot be written"
}
read_block() { dd if=$disk bs=$block count=1 skip=$1 status=none; }

round() {
  blocks write_block $1
  drop_caches
  want=$(blocks expected $1 | sum_of)
  got=$(blocks read_block $1 | sum_of)
  [ "$got" = "$want" ] || fail "round $1: read $got in place of $want"
}

repeat
