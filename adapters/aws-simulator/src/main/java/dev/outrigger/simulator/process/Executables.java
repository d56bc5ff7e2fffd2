package dev.outrigger.simulator.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for programs as {@code execvp} does. */
public final class Executables {
  private Executables() {}

  /** The file that a name stands for, on that PATH and in that working directory. */
  public static Optional<Path> find(String name, String path, Path work) {
    Stream<Path> candidates =
        name.contains("/")
            ? Stream.of(work.resolve(name))
            : Stream.of(path.split(":")).map(folder -> Path.of(folder, name));
    return candidates
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .findFirst();
  }
}
