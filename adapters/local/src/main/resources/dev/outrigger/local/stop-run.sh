#!/bin/sh
# Stops one run of a container: sh stop-run.sh ATTEMPT_DIR NAME PID START_TIME GRACE_SECONDS. SIGTERM
# once to the process group of that very process, SIGKILL when the grace is over. Goes on until the
# process has ended. May run twice; what runs after it is none of its business.
cd "$1/containers/$2" || exit 1
deadline=$(($(date +%s) + $5))

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
  now=$(date +%s)
  if [ "$5" -eq 0 ] || [ "$now" -gt $deadline ]; then
    kill -s KILL -- "-$pid" 2>/dev/null
  elif { true > "termed.$pid.$start"; } 2>/dev/null; then
    kill -s TERM -- "-$pid" 2>/dev/null
  fi
  [ "$now" -lt $((deadline + 60)) ] || exit 1
  sleep 0.1
done
