# The network: what the other guest's server makes of a name, against the same made here; the other guest does the same.
load=network
. /endurance/common.sh

round() {
  want=$(content "$guest-network-$1" 14 | sum_of)
  got=$(wget -q -O - "http://$peer/cgi-bin/content?$guest-network-$1" | sum_of)
  [ "$got" = "$want" ] || fail "round $1: received $got in place of $want"
}

repeat
