package dev.outrigger.ecs.session;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A command as ECS Exec takes it: one string, which the agent parts into words by a shell's quoting
 * rules (google/shlex) and runs on a terminal, telling nobody how it ended. So a script of {@code
 * sh} stands around it, which marks its start and its end with the exit code. Pure.
 *
 * <p>Without a terminal of the client's own, output and error come apart and exact to the byte: the
 * one as base64, the other in hexadecimal digits of its own ({@link #ERROR_DIGITS}), so that every
 * character says by itself which stream it belongs to, whatever the terminal adds. What is read is
 * encoded at once: nothing waits for a buffer to fill. Input goes through the terminal's own line
 * discipline, see {@link TerminalInput}. Needs {@code sh}, {@code dd}, {@code base64}, {@code od},
 * {@code tr} and {@code stty} in the container; busybox and coreutils have them all.
 *
 * <p>A program that writes to {@code /dev/tty} itself would disturb the output; with a terminal it
 * may.
 */
final class WrappedCommand {

  /** For 0 to f. None is in base64's alphabet, nor a mark. */
  static final String ERROR_DIGITS = "!#%&()*,.:;<>?@_";

  /** Around a mark: {@code ~NONCE-WORD~}. */
  static final char MARK = '~';

  static final String READY = "R";

  /** The script waits for a line, before which the terminal gets its size. */
  static final String WAITING = "W";

  static final String EXIT = "E";
  static final String MISSING = "M";
  static final String NOT_FOUND = "N";

  /** Tells what cannot be started from what ends with 127, as a container runtime does. */
  private static final String LOOK =
      "f(){ case $1 in */*)[ -x \"$1\" ]&&[ ! -d \"$1\" ];;*)IFS=:;for d in $PATH;do"
          + " [ -x \"${d:-.}/$1\" ]&&[ ! -d \"${d:-.}/$1\" ]&&return 0;done;return 1;;esac;};"
          + "(f \"$1\")||{ printf \"~$n-N~\";exit 1;};";

  /**
   * Standard error of the shell itself is thrown away: it would say how the command was killed. The
   * traps keep the shell when the terminal sends a signal to all.
   */
  private static final String ON_TERMINAL =
      "n=$1;shift;exec 2>/dev/null;"
          + LOOK
          + "trap : INT QUIT;printf \"~$n-W~\";read -r x;printf \"~$n-R~\";"
          + "(trap - INT QUIT;exec \"$@\") 2>&1;printf \"~$n-E$?~\"";

  private static final String LINE_DISCIPLINE =
      "stty -echo -icrnl -inlcr -igncr -istrip -ixon -ixoff -isig icanon iexten"
          + " lnext ^V eof ^D erase undef kill undef werase undef rprnt undef eol undef eol2 undef";

  private static final String APART =
      "n=$1;i=$2;shift 2;exec 2>/dev/null;"
          + "for t in dd base64 od tr stty cat;do command -v $t >/dev/null||"
          + "{ printf \"~$n-M$t~\";exit 1;};done;"
          + LOOK
          + "o(){ while x=$(dd bs=49152 count=1|base64);[ \"$x\" ];do printf \"%s\\n\" \"$x\";done;};"
          + "e(){ while x=$(dd bs=12288 count=1|od -An -v -tx1|tr -d \" \\n\"|tr 0-9a-f \""
          + ERROR_DIGITS
          + "\");[ \"$x\" ];do printf \"%s\\n\" \"$x\";done;};"
          + "r(){ exec 4>&1;c=$({ { { (exec \"$@\") 2>&5 3>&- 4>&- 5>&-;echo $? >&3;}"
          + " 4>&-|o >&4 3>&- 5>&-;} 5>&1|e >&4 3>&-;} 3>&1);printf \"~$n-E$c~\";};"
          + LINE_DISCIPLINE
          + "||{ printf \"~$n-Mstty~\";exit 1;};printf \"~$n-R~\";"
          + "if [ $i = 1 ];then cat|r \"$@\";else r \"$@\" </dev/null;fi";

  private WrappedCommand() {}

  /**
   * @param nonce hexadecimal, unknown to the command
   */
  static String line(String nonce, List<String> command, boolean terminal, boolean input) {
    String head =
        terminal
            ? "sh -c " + quote(ON_TERMINAL) + " sh " + nonce
            : "sh -c " + quote(APART) + " sh " + nonce + (input ? " 1" : " 0");
    return head + " " + direct(command);
  }

  /** The command itself, for containers without a shell. */
  static String direct(List<String> command) {
    return command.stream().map(WrappedCommand::quote).collect(Collectors.joining(" "));
  }

  /** In single quotes everything stands for itself, but the single quote. */
  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
