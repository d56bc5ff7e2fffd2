package dev.outrigger.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The note that a command's process group belongs to a container: the supervisor kills those groups
 * when the container ends, as a container's end ends everything in it, and they count as the
 * container's use.
 *
 * @param file {@code containers/NAME/execs/<group>}, holding {@code "pid start"} of its leader
 */
record ExecRecord(Path file, HostProcess leader) {

  private static final Logger log = LoggerFactory.getLogger(ExecRecord.class);

  static ExecRecord write(Path folder, long pid) throws IOException {
    Files.createDirectories(folder);
    HostProcess leader = HostProcess.of(pid).orElse(new HostProcess(pid, 0));
    Path file = folder.resolve(Long.toString(pid));
    Files.writeString(file, pid + " " + leader.startTicks() + "\n");
    return new ExecRecord(file, leader);
  }

  /**
   * @param signal 0 only asks
   * @return whether the group has any process. While it has, its number means no other process.
   */
  boolean signal(int signal) {
    boolean reused = HostProcess.of(leader.pid()).filter(p -> !p.equals(leader)).isPresent();
    return !reused && Posix.signalGroup(leader.pid(), signal);
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.atDebug().setCause(e).log("record of an ended command could not be removed");
    }
  }
}
