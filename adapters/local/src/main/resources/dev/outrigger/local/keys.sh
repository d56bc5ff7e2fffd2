#!/bin/sh
# Reads what a container takes from files that others of its Pod have written: sh keys.sh
# CONTAINER_DIR, in the attempt's folder. Prints the functions that run.sh calls to set its
# variables, from_file_N for each; or says in one line on its standard error what is not there, in
# the kubelet's words and without any value, and fails.
# CONTAINER_DIR/keys calls the function "key" below. Files are read as the kubelet does (pkg/kubelet/
# util/env, ParseEnv; its lines are those of a bufio.Scanner).
exec 3>&2 2> /dev/null
LC_ALL=C
quote="'"
tab=$(printf '\t')
cr=$(printf '\r')
newline='
'
longest=65535
largest=1048576

fail() {
  printf '%s\n' "$1" >&3
  exit 1
}

# Sets at to where PATH leads in the folder ROOT, as if that were the root of all.
locate() { # ROOT PATH
  below=
  rest=$2
  links=0
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in
      */*) rest=${rest#*/} ;;
      *) rest= ;;
    esac
    case $part in
      '' | .) ;;
      ..) below=${below%/*} ;;
      *)
        if [ -L "$1$below/$part" ]; then
          links=$((links + 1))
          [ $links -le 255 ] || fail "SecureJoin $1/$2: too many levels of symbolic links"
          link=$(readlink -- "$1$below/$part")
          case $link in
            /*) below= ;;
          esac
          rest=$link/$rest
        else
          below=$below/$part
        fi
        ;;
    esac
  done
  at=$1$below
}

# Sets line to the next one; fails at the end, and at a line that is too long.
next() {
  IFS= read -r line || [ -n "$line" ] || return 1
  if [ ${#line} -gt $longest ]; then
    cut=yes
    return 1
  fi
  line=${line%"$cr"}
}

# Sets trimmed to the text without blanks at its beginning.
trim() {
  trimmed=${1#"${1%%[! $tab]*}"}
}

# Whether this can be read by a shell: byte by byte, so that it may not be large, and without NULs,
# which would vanish.
is_readable() { # FILE
  [ -f "$1" ] || return 1
  size=$(stat -c %s -- "$1") || return 1
  [ "$size" -le $largest ] && [ "$(tr -d '\0' < "$1" | wc -c)" -eq "$size" ]
}

# Sets value to that of KEY, or to nothing if there is none; fails if the file is not as it must be.
parse() { # FILE KEY
  value=
  cut=
  is_readable "$1" || return 1
  while next; do
    trim "$line"
    case $trimmed in
      '' | '#'*) continue ;;
      *=*) ;;
      *) return 1 ;;
    esac
    name=${trimmed%%=*}
    rest=${trimmed#*=}
    case $name in
      '' | *' ' | *"$tab") return 1 ;;
    esac
    case $rest in
      "$quote"*) ;;
      ' '* | "$tab"*) # as in a shell: the variable is empty
        [ "$name" != "$2" ] || return 0
        continue
        ;;
      *) return 1 ;;
    esac
    rest=${rest#?}
    text=
    while [ "$rest" = "${rest%%"$quote"*}" ]; do
      text=$text$rest$newline
      next || return 1
      rest=$line
    done
    text=$text${rest%%"$quote"*}
    trim "${rest#*"$quote"}"
    case $trimmed in
      '' | '#'*) ;;
      *) return 1 ;;
    esac
    if [ "$name" = "$2" ]; then
      value=$text
      return 0
    fi
  done < "$1"
  [ -z "$cut" ]
}

key() { # N NAME VOLUME PATH KEY KEY_IN_QUOTES OPTIONAL
  root=$(cd -P -- "$3" && pwd) || fail "couldn't parse env file"
  locate "$root" "$4"
  parse "$at" "$5" || fail "couldn't parse env file"
  if [ -n "$value" ]; then
    # No value holds a single quote.
    printf "from_file_%s() {\nexport %s='%s'\n}\n" "$1" "$2" "$value"
  elif [ -n "$7" ]; then
    printf 'from_file_%s() { :; }\n' "$1"
  else
    fail "environment variable key $6 not found in file \"$at\""
  fi
}

. "$PWD/$1/keys"
