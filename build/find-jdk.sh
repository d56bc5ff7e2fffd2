# Sourced by mvnw and outrigger: sets JAVA_HOME to a JDK of at least 25, or says how to get one.
# Order: OUTRIGGER_JAVA_HOME, JAVA_HOME, the usual places of JDKs on Linux and macOS, java on the PATH.

outrigger_jdk_major() { # prints the major version of the JDK at $1; fails if there is none
  [ -x "$1/bin/javac" ] || return 1
  [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

outrigger_find_jdk() {
  path_java=$(command -v javac 2>/dev/null || true)
  [ -z "$path_java" ] || path_java=$(dirname "$(dirname "$(readlink -f "$path_java" 2>/dev/null || echo "$path_java")")")
  for candidate in "${OUTRIGGER_JAVA_HOME:-}" "${JAVA_HOME:-}" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$path_java"; do
    [ -n "$candidate" ] || continue
    major=$(outrigger_jdk_major "$candidate") || continue
    if [ "${major:-0}" -ge 25 ] 2>/dev/null; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  echo "outrigger: needs a JDK 25 or newer, and found none." >&2
  echo "  Install one (for example Temurin 25, https://adoptium.net, or 'sdk install java 25-tem')" >&2
  echo "  or set OUTRIGGER_JAVA_HOME to its folder." >&2
  return 1
}

outrigger_find_jdk || exit 1
