#!/bin/sh
# Runs one attempt of a Pod: sh supervise.sh ATTEMPT_DIR, in a session of its own.
# It outlives the agent: all that is known of the attempt stands in files that appear whole or not at all.
#   supervisor              link whose text is "pid:start time": the claim; only who made it runs the containers
#   starts                  a line for each real start of the attempt
#   containers/NAME/process "pid start-time" of the container's first process, whose group it leads
#   containers/NAME/log     lines "microseconds O|E F|P text" (stream; full or partial line) of its
#                           first run; log.N of the run after N others. Only the last two are kept.
#                           A sidecar has one log of all its runs
#   containers/NAME/stdin   if it has an input: "open", or "once" if the first client's end is its end
#   containers/NAME/in      that input
#   containers/NAME/execs/  a file for each command from outside: "pid start-time" of its group's leader
#   containers/NAME/sidecar there is one for an init container that goes on beside the main ones
#   containers/NAME/awaited if what follows it waits for the file "started" in the same folder, which
#                           comes from outside
#   containers/NAME/restart when it is started again while the attempt lives: lines "again|end
#                           In|NotIn EXIT-CODES", of which the first that matches counts
#   containers/NAME/runs    a line for each run that has ended and was not the last by these rules:
#                           "pid start-time exit-code begin end pause" (microseconds, milliseconds)
#   containers/NAME/stopped if the end of a run was asked for: "pid start-time", and "again" if it is
#                           started again in any case
#   containers/NAME/termed.* see stop-run.sh
#   containers/NAME/message.N  the termination message of the run after N others, if it has one;
#                           only the last two are kept
#   containers/NAME/exit    the exit code, or "unstarted", when it is not started again
#   backoff                 the pauses between two runs, in milliseconds: the first after one at
#                           once, the longest, and the run after which they start over
#   containers/NAME/mounts  if it has any: see enter.sh, which runs it then,
#   containers/NAME/entered once they are made
#   containers/NAME/keys    if it takes variables from files: see keys.sh, which reads them before
#                           each run
#   containers/NAME/lacks   what was not there when that was tried last, while it is tried again
#   namespace               the options of unshare for that
#   volumes/NAME            the files of a volume, for as long as a container may need them
umask 077
cd "$1" || exit 1

newline='
'

# The start time of a process, in ticks since boot: tells it from a later one with the same pid.
started() {
  read -r stat < "/proc/$1/stat" || return 1
  set -- ${stat##*) }
  shift 19
  echo "$1"
}

own_start=$(started $$)
ln -s "$$:$own_start" supervisor 2>/dev/null || exit 0
echo start >> starts

# Whether the shell that holds the claim lives, which what it starts with & may outlive.
is_supervised() {
  read -r stat 2>/dev/null < "/proc/$$/stat" || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] || return 1
  shift 19
  [ "$1" = "$own_start" ]
}

# Whether the container in $dir is not started any more: without the claim others take it for ended.
is_over() {
  [ -e stop ] || [ -e "$dir/exit" ] || ! is_supervised
}

perl=
[ -n "$OUTRIGGER_NO_PERL" ] || perl=$(command -v perl)

# Gives each line of the container's output (O: standard input) and errors (E: file descriptor 3) its
# time and its stream; as containerd does, one that is longer than 16 KiB in parts of that size. Told
# to end (TERM), it takes what has been written by then: as much as pipes hold at most.
stamp_all() {
  trap '' TERM
  exec "$perl" -MTime::HiRes=gettimeofday -e '
    use constant { PART => 16384, READ => 65536 };
    open(my $errors, "<&=", 3) or die;
    my %input = (O => *STDIN, E => $errors);
    my %rest = (O => "", E => "");
    my $last;
    $SIG{PIPE} = "IGNORE";
    $SIG{TERM} = sub { $last //= 32 };
    while (%input && !(defined $last && $last-- <= 0)) {
      my $ready = "";
      vec($ready, fileno($_), 1) = 1 for values %input;
      my $count = select($ready, undef, undef, defined $last ? 0 : undef);
      last if $count == 0;
      next if $count < 0;
      take($_) for grep { $input{$_} && vec($ready, fileno($input{$_}), 1) } "O", "E";
    }
    end($_) for "O", "E";

    sub take {
      my ($stream) = @_;
      my $count = sysread($input{$stream}, $rest{$stream}, READ, length $rest{$stream});
      return if !defined $count && $!{EINTR};
      return end($stream) if !$count;
      my $head = sprintf("%d%06d %s", gettimeofday(), $stream);
      my ($out, $from) = ("", 0);
      while (1) {
        my $end = index($rest{$stream}, "\n", $from);
        my $size = ($end < 0 ? length $rest{$stream} : $end) - $from;
        if ($size >= PART) {
          $out .= "$head P " . substr($rest{$stream}, $from, PART) . "\n";
          $from += PART;
        } elsif ($end >= 0) {
          $out .= "$head F " . substr($rest{$stream}, $from, $size) . "\n";
          $from = $end + 1;
        } else {
          last;
        }
      }
      substr($rest{$stream}, 0, $from) = "";
      syswrite(STDOUT, $out);
    }

    sub end {
      my ($stream) = @_;
      delete $input{$stream};
      return if $rest{$stream} eq "";
      syswrite(STDOUT, sprintf("%d%06d %s P %s\n", gettimeofday(), $stream, $rest{$stream}));
      $rest{$stream} = "";
    }
  '
}

# The same without perl, for one stream ($1): line by line, whatever their length.
stamp() {
  while IFS= read -r line; do
    printf '%s %s F %s\n' "$(now)" "$1" "$line"
  done
  [ -z "$line" ] || printf '%s %s P %s\n' "$(now)" "$1" "$line"
}

# Ends the stampers, which a process that left the group may hold up. The shell's takes its time for
# what is in the pipe, and loses that when it is killed: it may go on while the log grows.
end_stampers() { # PID...
  sleep 2
  if [ -z "$perl" ]; then
    looks=0
    size=
    while [ "$size" != "$(wc -c < "$log")" ] && [ $looks -lt 60 ]; do
      size=$(wc -c < "$log")
      looks=$((looks + 1))
      sleep 1
    done
  fi
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill "$@"
    sleep 1
  done
  kill -s KILL "$@"
}

# A shell has what it starts with & ignore SIGINT and SIGQUIT; a container's program ignores nothing.
signals=
env --default-signal true 2>/dev/null && signals=--default-signal

now() {
  time=$(date +%s%6N)
  case $time in
    *N) echo "$(date +%s)000000" ;;
    *) echo "$time" ;;
  esac
}

# Writes FILE, whole or not at all: again and again, since a disk may be full for a while.
write() { # FILE TEXT
  until printf '%s\n' "$2" > "$1.new" && mv "$1.new" "$1"; do
    is_supervised || return 1
    sleep 1
  done 2>/dev/null
}

finish() { # DIR RESULT
  [ ! -e "$1/run.sh" ] || rm -f "$1/run.sh" # holds the environment
  [ -e "$1/exit" ] || write "$1/exit" "$2"
}

# Kills what commands from outside (kubectl exec) left running in this container. A number whose
# process is another one now is no group of ours any more.
kill_execs() {
  for record in "$1"/execs/*; do
    read -r leader start 2>/dev/null < "$record" || continue
    now_started=$(started "$leader" 2>/dev/null)
    if [ -z "$now_started" ] || [ "$now_started" = "$start" ]; then
      kill -s KILL -- "-$leader" 2>/dev/null
    fi
  done
}

# Kills what left the container's process group and still has the HOME that it was given.
kill_leftovers() { # FOLDER_OF_HOME
  for environ in $(grep -lsF "HOME=$PWD/$1" /proc/[0-9]*/environ); do
    leftover=${environ#/proc/}
    kill -s KILL "${leftover%/environ}" 2>/dev/null
  done
}

# Makes what a run needs, all of it, or fails when it is over: a disk may be full for a while, and no
# run begins with a part of its script, without a place for its output, or for the record of its
# process, which is later written over.
prepare() {
  until {
    rm -f "$dir/out" "$dir/err" "$dir/in" "$dir/in.end"
    true >> "$log" &&
      mkfifo "$dir/out" "$dir/err" &&
      { [ ! -e "$dir/stdin" ] || mkfifo "$dir/in" "$dir/in.end"; } &&
      printf '%-60s\n' '' > "$dir/process.new" &&
      printf '%s\n' "$functions" "$script" > "$dir/run.sh"
  }; do
    rm -f "$dir/run.sh" # holds the environment
    pause 1000
    ! is_over || return 1
  done 2>/dev/null
}

# Runs what is in the folder $dir once, to its end, with its output in $log. Sets pid, born and code.
run_once() {
  if [ -n "$perl" ]; then
    stamp_all < "$dir/out" 3< "$dir/err" >> "$log" 2>/dev/null &
    stampers=$!
  else
    stamp O < "$dir/out" >> "$log" 2>/dev/null &
    stampers=$!
    stamp E < "$dir/err" >> "$log" 2>/dev/null &
    stampers="$stampers $!"
  fi
  input=/dev/null
  holder=
  if [ -e "$dir/stdin" ]; then
    input=$dir/in
    # Holds the input open beyond each client's, until somebody writes to in.end (stdinOnce).
    { read -r end < "$dir/in.end"; } 3> "$dir/in" &
    holder=$!
  fi
  starter=sh
  if [ -e "$dir/mounts" ]; then
    rm -f "$dir/entered"
    [ ! -e "$dir/message" ] || true > "$dir/message"
    starter="unshare $(cat namespace) sh enter.sh $(readlink "/proc/$$/ns/mnt") $dir"
  fi
  # The starter becomes, by one exec after the other, the container's own program.
  setsid env -i $signals PATH="$PATH" HOME="$PWD/$dir/work" $starter "$dir/run.sh" \
    < "$input" > "$dir/out" 2> "$dir/err" &
  pid=$!
  # One that has ended already may be gone for this shell, which waits for whatever it has started.
  born=$(started $pid 2>/dev/null) || born=0
  printf '%-60s\n' "$pid $born" 1<> "$dir/process.new"
  mv "$dir/process.new" "$dir/process"
  # From here on others see it run; who looked before, when nobody held the claim, saw the end.
  is_supervised || kill -s KILL -- -$pid || kill -s KILL $pid
  wait $pid
  code=$?
  # What the first process leaves behind ends with it, as in a container.
  kill -s KILL -- -$pid 2>/dev/null
  kill_execs "$dir"
  kill_leftovers "$dir/work"
  end_stampers $stampers > /dev/null 2>&1 &
  guard=$!
  wait $stampers
  kill $guard 2>/dev/null
  [ -z "$holder" ] || kill "$holder" 2>/dev/null
  rm -f "$dir/out" "$dir/err" "$dir/in" "$dir/in.end"
}

# Sets up to the milliseconds since the machine started, without a process.
read_uptime() {
  read -r up _ < /proc/uptime
  up=$((${up%.*} * 1000 + 1${up#*.} * 10 - 1000))
}

# Waits for so many milliseconds, or until it is over.
pause() {
  read_uptime
  due=$((up + $1))
  until is_over; do
    read_uptime
    left=$((due - up))
    [ $left -gt 0 ] || break
    [ $left -lt 500 ] || left=500
    sleep "0.$((left / 100))$((left / 10 % 10))"
  done
}

# Sets log to that of the run after $runs others, and drops what is older than the run before it.
turn_log() {
  log=$dir/log
  [ ! -e "$dir/sidecar" ] || return 0
  [ $runs -ne 2 ] || rm -f "$dir/log"
  [ $runs -le 2 ] || rm -f "$dir/log.$((runs - 2))" "$dir/message.$((runs - 3))"
  [ $runs -eq 0 ] || log=$dir/log.$runs
}

# Whether the rules say that this exit code is followed by another run.
is_again() { # CODE
  while read -r verdict operator codes; do
    listed=NotIn
    for each in $codes; do
      [ "$each" != "$1" ] || listed=In
    done
    if [ "$operator" = $listed ]; then
      [ "$verdict" = again ]
      return
    fi
  done < "$dir/restart"
  return 1
}

# Whether the run that has just ended was stopped to be started again in any case.
is_stopped() {
  read -r stopped_pid stopped_born again 2>/dev/null < "$dir/stopped" || return 1
  rm -f "$dir/stopped" "$dir"/termed.*
  [ "$stopped_pid $stopped_born $again" = "$pid $born again" ]
}

# Sets wait, until the next run, and delay, of the run after that, as the kubelet does: what it has
# stopped it starts again at once, but for a back-off that the end of the run before left behind.
back_off() { # STOPPED
  [ $(((end - begin) / 1000)) -le "$forgiven" ] || delay=0
  wait=$delay
  if [ -n "$1" ]; then
    [ $runs -gt 0 ] || return 0
    [ $(((end - last) / 1000)) -lt $delay ] || wait=0
  fi
  if [ $delay -eq 0 ]; then delay=$first; else delay=$((delay * 2)); fi
  [ $delay -le "$longest" ] || delay=$longest
}

# Prints what keys.sh does, which is killed when the attempt is to stop, and when it takes too long:
# others may change what it reads while it does.
read_keys() {
  setsid sh keys.sh "$dir" 2> "$dir/lacks.new" &
  reader=$!
  {
    looks=0
    until is_over || [ $looks -ge 600 ]; do
      sleep 0.2
      looks=$((looks + 1))
    done
    kill -s KILL -- "-$reader" || kill -s KILL "$reader"
  } > /dev/null 2>&1 &
  guard=$!
  wait $reader
  code=$?
  kill $guard 2>/dev/null
  return $code
}

# Sets functions to those that run.sh calls for what it takes from files. When something is not there
# it says so, waits and fails: there is no run until all is.
take_keys() {
  functions=
  [ -e "$dir/keys" ] || return 0
  if functions=$(read_keys); then
    rm -f "$dir/lacks.new" "$dir/lacks"
    return 0
  fi
  [ -s "$dir/lacks.new" ] || echo "couldn't parse env file" > "$dir/lacks.new"
  mv "$dir/lacks.new" "$dir/lacks"
  rm -f "$dir/run.sh" # holds the environment
  pause 5000
  return 1
}

# Runs a container to its end, and again and again until its rules are satisfied or the attempt is to
# stop; answers whether it succeeded. Its environment is only on disk while it starts.
keep() { # NAME
  dir=containers/$1
  script=$(cat "$dir/run.sh")
  read -r first longest forgiven < backoff
  code=unstarted
  delay=0
  runs=0
  ended=
  until is_over; do
    take_keys || continue
    ! is_over || break
    turn_log
    prepare || break
    read_uptime
    begun=$up
    run_once
    is_supervised || break
    stopped=
    ! is_stopped || stopped=yes
    [ -n "$stopped" ] || is_again $code || break
    end=$(now)
    read_uptime
    begin=$((end - (up - begun) * 1000))
    back_off "$stopped"
    [ ! -s "$dir/message" ] || cp "$dir/message" "$dir/message.$runs"
    ended=$ended${ended:+"$newline"}"$pid $born $code $begin $end $wait"
    write "$dir/runs" "$ended"
    runs=$((runs + 1))
    last=$end
    rm -f "$dir/process"
    pause "$wait"
  done
  if [ $code = unstarted ] && [ ! -e stop ]; then
    rm -f "$dir/run.sh" # the claim is gone: whoever sees that says how it ended
  else
    finish "$dir" $code
  fi
  [ "$code" = 0 ]
}

# Waits until a sidecar's command has been seen running twice (run.sh is gone once it runs), as by a
# kubelet, which looks every second: one that ends at once has not started. Where there is somebody
# to say that it has, that counts.
await_sidecar() {
  dir=containers/$1
  while [ -e "$dir/awaited" ] && [ ! -e "$dir/exit" ]; do
    [ ! -e "$dir/started" ] || return 0
    sleep 0.2
  done
  seen=
  while [ ! -e "$dir/exit" ]; do
    running=
    [ -e "$dir/run.sh" ] || running=$(cat "$dir/process" 2>/dev/null)
    [ ! -e "$dir/mounts" ] || [ -e "$dir/entered" ] || running=
    if [ -n "$running" ] && [ "$running" = "$seen" ] && started "${running%% *}" > /dev/null; then
      return 0
    fi
    seen=$running
    sleep 0.7
  done
  return 1
}

failed=
while read -r name; do
  if [ -n "$failed" ]; then
    finish "containers/$name" unstarted
  elif [ -e "containers/$name/sidecar" ]; then
    keep "$name" &
    await_sidecar "$name" || failed=yes
  elif ! keep "$name"; then
    failed=yes
  fi
done < init
while read -r name; do
  if [ -n "$failed" ]; then
    finish "containers/$name" unstarted
  else
    keep "$name" &
  fi
done < main
wait
[ ! -e volumes ] || rm -rf volumes # Secrets among them
