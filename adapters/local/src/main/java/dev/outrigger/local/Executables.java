package dev.outrigger.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Looks a program up as an exec would, to say what is wrong in the container runtime's words: a
 * program that cannot be started is no exit code there.
 */
final class Executables {

  private static final String FALLBACK_PATH = "/usr/bin:/bin";

  private Executables() {}

  /**
   * Why the program cannot be started; empty when it can.
   *
   * @param root where the container's files are to be found
   */
  static Optional<String> problem(
      String program, Optional<String> searchPath, Path workingDir, Path root) {
    if (program.contains("/")) {
      Path file = below(root, workingDir.resolve(program));
      if (!Files.exists(file)) {
        return problem(program, "stat " + program + ": no such file or directory");
      }
      if (Files.isDirectory(file)) {
        return problem(program, "is a directory");
      }
      return Files.isExecutable(file) ? Optional.empty() : problem(program, "permission denied");
    }
    for (String folder : searchPath.orElse(FALLBACK_PATH).split(":")) {
      Path file = below(root, workingDir.resolve(folder).resolve(program));
      if (!program.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.empty();
      }
    }
    return problem(program, "executable file not found in $PATH");
  }

  /** Where a program of the agent's own is. */
  static Optional<Path> find(String program, String searchPath) {
    return Arrays.stream(searchPath.split(":"))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path below(Path root, Path absolute) {
    return root.resolve(Path.of("/").relativize(absolute));
  }

  private static Optional<String> problem(String program, String what) {
    return Optional.of("exec: \"" + program + "\": " + what);
  }
}
