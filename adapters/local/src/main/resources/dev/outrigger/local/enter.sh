#!/bin/sh
# Runs a container that has mounts: sh enter.sh HOST_NAMESPACE CONTAINER_DIR RUN_SCRIPT, in a mount
# namespace of its own and in the attempt's folder. Becomes the container's first process.
# Its root holds what the host's holds, each entry bound, and the mounts of CONTAINER_DIR/mounts,
# which calls the functions below. A folder that lacks a mount point is replaced by one in memory
# that holds the same entries: the host's own is never written to, and what is in its entries stays
# the host's. CONTAINER_DIR/root is where it is put together; on the host it stays an empty folder.
host=$1
container=$2
run=$PWD/$3
root=$PWD/$container/root
newline='
'

fail() {
  echo "outrigger: the container's mounts cannot be made: $1" >&2
  exit 128
}

[ "$(readlink "/proc/$$/ns/mnt")" != "$host" ] || fail "this is the host's own mount namespace"
umask 022

# Replaces a folder of the new root by one in memory with the same entries.
own() { # FOLDER
  from=${1%/}
  to=$root$from
  # What is below it comes back with its entries: hidden mounts would count as made already.
  umount --lazy -- "$to" 2>/dev/null
  # Unbindable: else a folder that holds this root would bring it along, and itself in it.
  mount --make-unbindable -t tmpfs -o "mode=$(stat -c %a "$from/.")" outrigger "$to" || fail "$1"
  set --
  for entry in "$from"/* "$from"/.[!.]* "$from"/..?*; do
    [ ! -L "$entry" ] || set -- "$@" "$entry"
  done
  [ $# -eq 0 ] || cp -P -- "$@" "$to/"
  set --
  for entry in "$from"/* "$from"/.[!.]* "$from"/..?*; do
    [ -L "$entry" ] || [ ! -d "$entry" ] || set -- "$@" "$to/${entry##*/}"
  done
  [ $# -eq 0 ] || mkdir -- "$@"
  # A bound one does not find the terminals, which it looks for beside itself.
  [ "$from" != /dev ] || mknod -m 666 "$to/ptmx" c 5 2 2>/dev/null || ln -s pts/ptmx "$to/ptmx"
  table=
  for entry in "$from"/* "$from"/.[!.]* "$from"/..?*; do
    at=$to/${entry##*/}
    [ ! -L "$entry" ] && [ -e "$entry" ] && [ "$entry" != /dev/ptmx ] || continue
    [ -e "$at" ] || true > "$at"
    case $entry in
      *[[:space:]\\]*) mount --rbind -- "$entry" "$at" 2>/dev/null ;;
      *) table="$table$entry $at none rbind 0 0$newline" ;;
    esac
  done
  printf '%s' "$table" > "$container/entries" || fail "$1"
  # An entry that went away meanwhile, or may not be bound, is empty.
  mount --all --fstab "$container/entries" 2>/dev/null
  rm -f "$container/entries"
}

# Binds a volume's folder, or what is at SUB_PATH in it, at TARGET.
place() { # VOLUME SUB_PATH TARGET
  source=$1
  if [ -n "$2" ]; then
    [ -e "$1/$2" ] || mkdir -p -- "$1/$2"
    source=$(realpath -e -- "$1/$2") || fail "subPath $2"
    case $source in
      "$(realpath -e -- "$1")"/*) ;;
      *) fail "subPath $2 leads out of its volume" ;;
    esac
  fi
  at=$(realpath -m -- "$root$3")
  case $at in
    "$root"/*) ;;
    *) fail "$3 is behind a link" ;;
  esac
  if [ -d "$source" ]; then
    [ -d "$at" ] || mkdir -p -- "$at" || fail "$3"
  elif [ ! -e "$at" ]; then
    mkdir -p -- "${at%/*}" && true > "$at" || fail "$3"
  fi
  mount --bind -- "$source" "$at" || fail "$3"
}

# Keeps the container's folder where it is, even below a volume: its script is there.
keep() {
  [ -e "$root$run" ] || place "$container" "" "$PWD/$container"
}

# Makes what is bound at TARGET read-only.
freeze() { # TARGET
  mount -o remount,bind,ro -- "$(realpath -m -- "$root$1")" || fail "$1"
}

. "$PWD/$container/mounts"
umask 077
true > "$container/entered" || fail "no space on the device" # from now on it runs
exec chroot "$root" sh "$run"
