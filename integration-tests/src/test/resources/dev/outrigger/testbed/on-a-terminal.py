"""Runs a command on a terminal of its own: waits until it has printed the size 24 80, makes the
terminal 50 by 132, waits for that, types Ctrl-C, and exits as the command does."""
import fcntl, os, pty, select, struct, sys, termios, time

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

deadline = time.monotonic() + 60
seen = b""


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def wait_for(text):
    global seen
    while text not in seen:
        if time.monotonic() > deadline:
            sys.exit("no %r in %r" % (text, seen))
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                sys.exit("ended with %r" % seen)


resize(24, 80)
wait_for(b"size 24 80")
resize(50, 132)
wait_for(b"size 50 132")
os.write(terminal, b"\x03")
while True:
    try:
        if not os.read(terminal, 65536):
            break
    except OSError:
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
