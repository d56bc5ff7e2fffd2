package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Builds programs from Go modules, once per user: the result stays in the user's cache folder under
 * a name made from the go.mod and go.sum that pin every module.
 */
final class GoBuild {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int KEPT_LINES = 20;

  /**
   * A file lock is held per JVM: this one keeps two threads of a JVM from asking for it at once.
   */
  private static final ReentrantLock IN_THIS_JVM = new ReentrantLock();

  private final Map<String, String> environment;
  private final Progress progress;
  private final GoPrograms programs;

  GoBuild(Map<String, String> environment, Progress progress, GoPrograms programs) {
    this.environment = environment;
    this.progress = progress;
    this.programs = programs;
  }

  /**
   * The folder of the cached programs, built now if they are missing; that takes minutes and shows
   * progress.
   */
  Path folder() throws WayNotAvailable {
    Path cache = cacheFolder();
    byte[] mod = resource("go.mod");
    byte[] sum = resource("go.sum");
    Path folder = cache.resolve(programs.version() + "-" + hash(mod, sum));
    if (Files.isDirectory(folder)) {
      return folder;
    }
    requireGo();
    IN_THIS_JVM.lock();
    try {
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (lock.isValid() && !Files.isDirectory(folder)) {
          build(cache, folder, mod, sum);
        }
      }
    } catch (IOException e) {
      throw new TestbedException("cannot build " + programs.name() + " in " + cache, e);
    } finally {
      IN_THIS_JVM.unlock();
    }
    return folder;
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock free = channel.tryLock();
    if (free != null) {
      return free;
    }
    progress.say(programs.name() + ": another process builds it now; waiting for that");
    return channel.lock();
  }

  private void build(Path cache, Path folder, byte[] mod, byte[] sum) throws IOException {
    progress.say(
        "%s: building %s from Go modules, once; about %d minutes on 2 cores"
            .formatted(programs.name(), programs.what(), programs.minutes()));
    Path work = Files.createTempDirectory(cache, "build-");
    try {
      Files.write(work.resolve("go.mod"), mod);
      Files.write(work.resolve("go.sum"), sum);
      Path out = Files.createDirectory(work.resolve("bin"));
      run(work, out);
      Files.move(out, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.delete(work);
    }
  }

  private void run(Path work, Path out) throws IOException {
    List<String> command = new ArrayList<>(List.of("go", "build", "-v", "-trimpath", "-ldflags"));
    command.add("-s -w" + programs.linkerFlags());
    command.addAll(List.of("-o", out + "/"));
    command.addAll(programs.packages());
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOFLAGS", "-mod=readonly");
    builder.environment().put("GOWORK", "off");
    try (ChildProcess go = ChildProcess.start("go build", builder)) {
      Deque<String> last = report(go);
      int code = go.awaitExit(Duration.ofMinutes(1));
      if (code != 0) {
        throw new TestbedException(
            "go build of "
                + programs.name()
                + " failed ("
                + code
                + "):\n"
                + String.join("\n", last));
      }
    }
  }

  /** Reads go's lines until it ends, and says every few seconds how far it is. */
  private Deque<String> report(ChildProcess go) throws IOException {
    Deque<String> last = new ArrayDeque<>();
    AtomicReference<String> shown = new AtomicReference<>("");
    Thread clock = Thread.ofVirtual().name("go-build-progress").start(() -> tell(go, shown));
    int steps = 0;
    try (BufferedReader lines = go.output()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last.addLast(line);
        if (last.size() > KEPT_LINES) {
          last.removeFirst();
        }
        steps++;
        shown.set(steps + " steps, last " + line);
      }
    } finally {
      clock.interrupt();
    }
    return last;
  }

  private void tell(ChildProcess go, AtomicReference<String> shown) {
    long start = System.nanoTime();
    try {
      while (go.isAlive()) {
        Thread.sleep(BETWEEN_LINES);
        Duration spent = Duration.ofNanos(System.nanoTime() - start);
        progress.say(
            "%s: building, %d:%02d, %s"
                .formatted(programs.name(), spent.toMinutes(), spent.toSecondsPart(), shown.get()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path cacheFolder() {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    return base.resolve("outrigger").resolve(programs.resources());
  }

  private void requireGo() throws WayNotAvailable {
    if (Folders.onPath("go", environment).isEmpty()) {
      throw new WayNotAvailable(
          "Go is not installed: get Go 1.26 or newer (https://go.dev/dl, 'apt install golang',"
              + " 'brew install go') and it is built from source");
    }
  }

  private byte[] resource(String file) {
    String name = programs.resources() + "/" + file;
    try (InputStream in = GoBuild.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new TestbedException("this build lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new TestbedException("cannot read " + name, e);
    }
  }

  private static String hash(byte[]... contents) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] content : contents) {
        digest.update(content);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
