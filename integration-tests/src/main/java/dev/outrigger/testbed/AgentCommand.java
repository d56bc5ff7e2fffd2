package dev.outrigger.testbed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of an agent. The launcher says by system properties how it would start one:
 * {@code outrigger.agent.options} for the JVM, {@code outrigger.agent.classpath}, and {@code
 * outrigger.agent.aot}, the JVM's cache of loaded and linked classes (JEP 514). Without a launcher,
 * in tests, it is this JVM's class path and no cache.
 */
final class AgentCommand {
  private static final String DEFAULT_OPTIONS =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1"
          + " --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED";

  private AgentCommand() {}

  /** For {@code outrigger} with these arguments. */
  static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(System.getProperty("outrigger.agent.options", DEFAULT_OPTIONS).split(" ")));
    String cache = System.getProperty("outrigger.agent.aot", "");
    if (!cache.isEmpty() && Files.exists(Path.of(cache))) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.add("-cp");
    command.add(
        System.getProperty("outrigger.agent.classpath", System.getProperty("java.class.path")));
    command.add("dev.outrigger.agent.cli.Main");
    command.addAll(List.of(arguments));
    return command;
  }
}
