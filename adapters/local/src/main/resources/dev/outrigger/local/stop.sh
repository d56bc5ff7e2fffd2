#!/bin/sh
# Stops one attempt: sh stop.sh ATTEMPT_DIR GRACE_SECONDS. SIGTERM once to each container's process
# group, SIGKILL when the grace is over. Sidecars come after the main containers, the last first, and
# have two seconds of their own (kubelet: minimumGracePeriodInSeconds) when the others took all of
# the grace. Goes on until every container has ended. May run twice.
cd "$1" || exit 1

# Sets up to the milliseconds since the machine started, without a process.
read_uptime() {
  read -r up _ < /proc/uptime
  up=$((${up%.*} * 1000 + 1${up#*.} * 10 - 1000))
}

read_uptime
deadline=$((up + $2 * 1000))

# Whether the first process of the container runs. Sets pid.
runs() {
  read -r pid start 2>/dev/null < "$1/process" || return 1
  read -r stat 2>/dev/null < "/proc/$pid/stat" || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] || return 1
  shift 19
  [ "$1" = "$start" ]
}

sidecars=
while read -r name; do
  [ ! -e "containers/$name/sidecar" ] || sidecars="$name $sidecars"
done < init

# Whether nothing runs any more that this container has to outlive.
is_next() {
  [ -e "$1/sidecar" ] || return 0
  while read -r name; do
    [ -e "containers/$name/exit" ] || return 1
  done < main
  for name in $sidecars; do
    [ "containers/$name" != "$1" ] || return 0
    [ -e "containers/$name/exit" ] || return 1
  done
}

# What left its group and has the HOME of a container, whose supervisor was killed.
kill_leftovers() {
  for environ in $(grep -lsF "HOME=$PWD/containers/" /proc/[0-9]*/environ); do
    leftover=${environ#/proc/}
    kill -s KILL "${leftover%/environ}" 2>/dev/null
  done
}

while :; do
  left=
  read_uptime
  for dir in containers/*; do
    if ! runs "$dir"; then
      [ -e "$dir/exit" ] || left=yes
      continue
    fi
    left=yes # even if it was taken for ended when its supervisor was killed
    end=$deadline
    [ ! -e "$dir/sidecar" ] || end=$((deadline + 2000))
    if [ "$2" -eq 0 ] || [ "$up" -ge "$end" ]; then
      kill -s KILL -- "-$pid" 2>/dev/null
    elif [ ! -e "$dir/termed" ] && { [ "$up" -ge "$deadline" ] || is_next "$dir"; }; then
      kill -s TERM -- "-$pid" 2>/dev/null && true > "$dir/termed"
    fi
  done
  if [ -z "$left" ]; then
    kill_leftovers
    exit 0
  fi
  # Not claimed yet: the file "stop" keeps the supervisor from starting anything.
  [ -L supervisor ] || exit 0
  [ "$up" -lt $((deadline + 60000)) ] || exit 1
  sleep 0.1
done
