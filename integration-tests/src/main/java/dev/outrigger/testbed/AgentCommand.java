package dev.outrigger.testbed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line of an agent. The launcher says by system properties how it would start one:
 * {@code outrigger.agent.options} for the JVM, {@code outrigger.agent.classpath}, and {@code
 * outrigger.agent.aot}, the JVM's cache of loaded and linked classes (JEP 514). Without a launcher,
 * in tests, it is C1 alone, since those agents live for a minute, and the jars that the build made
 * for the launcher; or this JVM's class path, and no cache, when the build has not come that far.
 */
final class AgentCommand {
  private static final String DEFAULT_OPTIONS =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -Xmx256m"
          + " --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED";

  /** A cache that does not fit is a slower start and no more: nothing to bother people with. */
  private static final String QUIET = "-Xlog:aot*=off,cds*=off";

  private static final Optional<Path> DIST = dist();

  private static final String CLASS_PATH =
      Optional.ofNullable(System.getProperty("outrigger.agent.classpath"))
          .or(() -> DIST.map(folder -> folder.resolve("*").toString()))
          .orElseGet(() -> System.getProperty("java.class.path"));

  private static final Path CACHE = cache();

  private AgentCommand() {}

  /** Where the jars of an agent are that this JVM runs with; empty when it has classes instead. */
  private static Optional<Path> dist() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(entry -> entry.getFileName().toString().matches("cli-.*\\.jar"))
        .map(Path::getParent)
        .filter(folder -> folder.endsWith(Path.of("dist", "lib")))
        .findFirst();
  }

  /** A cache is of the jars it was made from; no path means none. */
  private static Path cache() {
    String place = System.getProperty("outrigger.agent.aot", "");
    if (System.getProperty("outrigger.agent.classpath") != null || place.isEmpty()) {
      return Path.of(place);
    }
    return DIST.map(folder -> Path.of("%s-%d".formatted(place, changed(folder))))
        .orElse(Path.of(""));
  }

  private static long changed(Path folder) {
    try {
      return Files.getLastModifiedTime(folder).toMillis();
    } catch (IOException e) {
      throw new TestbedException("cannot read " + folder, e);
    }
  }

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
    command.add(CLASS_PATH);
    command.add("dev.outrigger.agent.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }
}
