#!/bin/sh
# Stops one run of a container: sh stop-run.sh ATTEMPT_DIR NAME PID START_TIME GRACE_SECONDS. SIGTERM
# once to the process group of that very process, SIGKILL when the grace is over. Goes on until the
# process has ended. May run twice; what runs after it is none of its business.
cd "$1/containers/$2" || exit 1

# Sets up to the milliseconds since the machine started, without a process.
read_uptime() {
  read -r up _ < /proc/uptime
  up=$((${up%.*} * 1000 + 1${up#*.} * 10 - 1000))
}

read_uptime
deadline=$((up + $5 * 1000))

runs() {
  read -r stat 2>/dev/null < "/proc/$pid/stat" || return 1
  stat=${stat##*) }
  set -- $stat
  [ "$1" != Z ] || return 1
  shift 19
  [ "$1" = "$start" ]
}

pid=$3
start=$4
set -C # a file is made once: who makes it sends the signal
while runs; do
  read_uptime
  if [ "$5" -eq 0 ] || [ "$up" -ge $deadline ]; then
    kill -s KILL -- "-$pid" 2>/dev/null
  elif { true > "termed.$pid.$start"; } 2>/dev/null; then
    kill -s TERM -- "-$pid" 2>/dev/null
  fi
  [ "$up" -lt $((deadline + 60000)) ] || exit 1
  sleep 0.1
done
