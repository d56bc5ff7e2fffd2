package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.Docker;
import dev.outrigger.simulator.docker.DockerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Hands a container's environment to the docker command without showing it to other users, as its
 * arguments would: by a file that only the owner reads. What has several lines does not fit into
 * such a file and goes through the environment of the command itself.
 */
final class DockerEnvironment {
  private DockerEnvironment() {}

  /**
   * Runs a call that is given the environment.
   *
   * @param call makes the arguments of the file and of the names of the other variables
   */
  static String run(
      Docker docker,
      Path folder,
      Map<String, String> environment,
      BiFunction<Path, List<String>, List<String>> call)
      throws DockerException, IOException {
    Map<Boolean, Map<String, String>> bySeveralLines =
        environment.entrySet().stream()
            .collect(
                Collectors.partitioningBy(
                    variable -> variable.getValue().contains("\n"),
                    Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    Map<String, String> inherited = bySeveralLines.getOrDefault(true, Map.of());
    Files.createDirectories(folder);
    Path file =
        Files.createTempFile(
            folder,
            "env",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(
          file,
          bySeveralLines.getOrDefault(false, Map.of()).entrySet().stream()
              .map(variable -> variable.getKey() + "=" + variable.getValue())
              .toList());
      ProcessBuilder builder =
          new ProcessBuilder(
              docker.command(call.apply(file, inherited.keySet().stream().sorted().toList())));
      builder.environment().putAll(inherited);
      return docker.run(builder);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
