package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of an agent. The launcher says by system properties how it would start one:
 * {@code outrigger.agent.options} for the JVM, {@code outrigger.agent.classpath}, and {@code
 * outrigger.agent.aot}, the JVM's cache of loaded and linked classes (JEP 514). Without a launcher,
 * in tests, it is this JVM's class path, no cache, and C1 alone: those agents live for a minute.
 */
final class AgentCommand {
  private static final String DEFAULT_OPTIONS =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -Xmx256m"
          + " --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED";

  /** A cache that does not fit is a slower start and no more: nothing to bother people with. */
  private static final String QUIET = "-Xlog:aot*=off,cds*=off";

  private static final Path CACHE = Path.of(System.getProperty("outrigger.agent.aot", ""));

  private AgentCommand() {}

  /** Whether there is a place for the cache, and nothing in it yet. */
  static boolean lacksCache() {
    return !CACHE.toString().isEmpty() && !Files.exists(CACHE);
  }

  /**
   * The same agent, which writes the cache when it is asked to end; that takes it some seconds
   * more. What it wrote counts once {@link #keepCache} was called.
   */
  static List<String> training(String... arguments) {
    List<String> command = of(arguments);
    command.add(1, "-XX:AOTCacheOutput=" + fresh());
    command.add(1, QUIET);
    return command;
  }

  /** The training agent has ended by itself: later agents start from what it wrote, if it did. */
  static void keepCache() {
    try {
      if (Files.exists(fresh())) {
        Files.move(fresh(), CACHE, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new TestbedException("cannot write " + CACHE, e);
    }
  }

  private static Path fresh() {
    return CACHE.resolveSibling(CACHE.getFileName() + ".new");
  }

  /** For {@code outrigger} with these arguments. */
  static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(System.getProperty("outrigger.agent.options", DEFAULT_OPTIONS).split(" ")));
    if (!CACHE.toString().isEmpty() && Files.exists(CACHE)) {
      command.add("-XX:AOTCache=" + CACHE);
      command.add(QUIET);
    }
    command.add("-cp");
    command.add(
        System.getProperty("outrigger.agent.classpath", System.getProperty("java.class.path")));
    command.add("dev.outrigger.agent.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }
}
