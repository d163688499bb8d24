# All loads at once for $duration seconds, then power off.
load=run
. /endurance/common.sh
mkdir -p /run
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
ip addr add "$address/24" dev eth0
httpd -h /endurance/www
mkdir /files
mke2fs -q /dev/vdb && mount /dev/vdb /files || fail 'no file system'
# A guest under load in slow time is no hang yet.
sysctl -q -w kernel.hung_task_timeout_secs=600

# In two lines, since one would be long. counters WHEN
counters() {
  awk -v when="$1" '
    FILENAME == "/proc/stat" && $1 == "cpu" { busy = $2 + $3 + $4 + $7 + $8; idle = $5 + $6; stolen = $9 }
    FILENAME == "/proc/stat" && $1 == "processes" { forks = $2 }
    FILENAME == "/proc/vmstat" && $1 == "pgfault" { faults = $2 }
    FILENAME ~ /block/ { read += $3 * 512; written += $7 * 512 }
    FILENAME ~ /snmp/ && $1 == "Tcp:" { resent = $13 }
    FILENAME ~ /rx_bytes/ { received = $1 }
    FILENAME ~ /tx_bytes/ { sent = $1 }
    END {
      printf "%s busy=%d idle=%d stolen=%d forks=%d faults=%d\n", when, busy, idle, stolen, forks, faults
      printf "%s read=%d written=%d received=%d sent=%d resent=%d\n", when, read, written, received, sent, resent
    }' /proc/stat /proc/vmstat /proc/net/snmp /sys/block/vd?/stat /sys/class/net/eth0/statistics/?x_bytes |
    while read -r line; do say "$line"; done
}
seconds() { cut -d . -f 1 /proc/uptime; }
# Waits until the other guest's server has this.
peer_has() { until wget -q -O /dev/null "http://$peer/$1" 2> /dev/null; do sleep 1; done; }

touch /endurance/www/up
peer_has up
counters start
end=$(($(seconds) + duration))
for each in forks faults disk files network; do sh /endurance/$each.sh & done
while [ "$(seconds)" -lt $end ]; do sleep 5; done
touch /run/stop
wait
counters end
touch /endurance/www/done
peer_has done
# The other one may have to see it yet.
sleep 5
poweroff
