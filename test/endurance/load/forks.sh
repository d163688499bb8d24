# Processes: children that end with a status, several at once, and a pipeline.
load=forks
. /endurance/common.sh

round() {
  child=0
  while [ $child -lt 20 ]; do
    (exit $child)
    status=$?
    [ $status = $child ] || fail "round $1: the child that exits with $child has exited with $status"
    child=$((child + 1))
  done
  for child in 1 2 3 4 5 6 7 8; do /bin/true & done
  wait
  sum=$(seq 1 500 | sort -rn | awk '{ sum += $1 } END { print sum }')
  [ "$sum" = 125250 ] || fail "round $1: 1 to 500 are $sum together"
}

repeat
