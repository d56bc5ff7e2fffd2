package dev.outrigger.testbed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line of an agent. The launcher says by system properties how it would start one:
 * {@code outrigger.agent.options} for the JVM, {@code outrigger.agent.classpath}, and {@code
 * outrigger.agent.aot}, where the start-up cache is. Without a launcher, in tests, it is C1 alone,
 * since those agents live for a minute, and the jars that the build made for it; or this JVM's
 * class path, and no cache, when the build has not come that far.
 */
final class AgentCommand {

  private static final String DEFAULT_OPTIONS =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -Xmx256m"
          + " --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED";

  private static final Optional<Path> DIST = dist();

  private static final String CLASS_PATH =
      Optional.ofNullable(System.getProperty("outrigger.agent.classpath"))
          .or(() -> DIST.map(folder -> folder.resolve("*").toString()))
          .orElseGet(() -> System.getProperty("java.class.path"));

  static final StartUpCache CACHE =
      new StartUpCache(
          cache(), Duration.ofSeconds(Integer.getInteger("outrigger.agent.aot.patience", 0)));

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

  /** A cache is of the jars it was made from. */
  private static Optional<Path> cache() {
    String place = System.getProperty("outrigger.agent.aot", "");
    if (place.isEmpty()) {
      return Optional.empty();
    }
    return System.getProperty("outrigger.agent.classpath") != null
        ? Optional.of(Path.of(place))
        : DIST.map(folder -> Path.of("%s-%d".formatted(place, changed(folder))));
  }

  private static long changed(Path folder) {
    try {
      return Files.getLastModifiedTime(folder).toMillis();
    } catch (IOException e) {
      throw new TestbedException("cannot read " + folder, e);
    }
  }

  /** For {@code outrigger} with these arguments, from the start-up cache if there is one. */
  static List<String> of(String... arguments) {
    return of(CACHE.options(), List.of(arguments));
  }

  /** The same with these options for the start-up cache. */
  static List<String> of(List<String> cache, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(System.getProperty("outrigger.agent.options", DEFAULT_OPTIONS).split(" ")));
    command.addAll(cache);
    command.addAll(List.of("-cp", CLASS_PATH, "dev.outrigger.agent.cli.Main"));
    command.addAll(arguments);
    return command;
  }
}
