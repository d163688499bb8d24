# Memory: half of what is free is filled and partly read again, so that caches have to go; a process grows page by page.
load=faults
. /endurance/common.sh

round() {
  half=$(awk '/^MemAvailable/ { print int($2 / 2048) }' /proc/meminfo)
  content "$guest faults $1" 15 > /tmp/piece
  want=$(sum_of < /tmp/piece)
  piece=0
  while [ $piece -lt "$half" ]; do
    cp /tmp/piece /tmp/piece.$piece || fail "round $1: no room for piece $piece of $half"
    piece=$((piece + 1))
  done
  got=$(sum_of < /tmp/piece.$(($1 % half)))
  [ "$got" = "$want" ] || fail "round $1: memory has $got in place of $want"
  rm /tmp/piece*
  sum=$(awk 'BEGIN { for (i = 0; i < 5000; i++) a[i] = i; for (i in a) sum += a[i]; print sum }')
  [ "$sum" = 12497500 ] || fail "round $1: an array of 0 to 4999 is $sum together"
}

repeat
