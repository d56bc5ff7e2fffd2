package dev.outrigger.simulator.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image name stands for.
 *
 * @param name as it was asked for
 * @param root a folder with the image's files, or null for none but the host's. Its {@code bin}
 *     comes first on the PATH; for Lambda it is the task root
 * @param entryPoint the image's entry point, used when a container has none
 * @param command the image's command, used when a container has none
 * @param environment the image's own variables, which the container's override
 */
public record Image(
    String name,
    @Nullable Path root,
    List<String> entryPoint,
    List<String> command,
    Map<String, String> environment) {
  public Image {
    entryPoint = List.copyOf(entryPoint);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
