#!/bin/sh
# Stops one attempt: sh stop.sh ATTEMPT_DIR GRACE_SECONDS. SIGTERM once to each container's process
# group, SIGKILL when the grace is over. Goes on until every container has ended. May run twice.
cd "$1" || exit 1
deadline=$(($(date +%s) + $2))

started() {
  read -r stat < "/proc/$1/stat" || return 1
  set -- ${stat##*) }
  shift 19
  echo "$1"
}

while :; do
  left=
  if [ "$2" -eq 0 ] || [ "$(date +%s)" -gt "$deadline" ]; then kill=yes; else kill=; fi
  for dir in containers/*; do
    [ -e "$dir/exit" ] && continue
    left=yes
    read -r pid start 2>/dev/null < "$dir/process" || continue
    [ "$(started "$pid" 2>/dev/null)" = "$start" ] || continue
    if [ -n "$kill" ]; then
      kill -s KILL -- "-$pid" 2>/dev/null
    elif [ ! -e "$dir/termed" ]; then
      kill -s TERM -- "-$pid" 2>/dev/null && : > "$dir/termed"
    fi
  done
  [ -n "$left" ] || exit 0
  # Not claimed yet: the file "stop" keeps the supervisor from starting anything.
  [ -L supervisor ] || exit 0
  [ "$(date +%s)" -lt $((deadline + 60)) ] || exit 1
  sleep 0.1
done
