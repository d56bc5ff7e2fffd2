package dev.outrigger.provider;

import java.util.List;
import java.util.Optional;

/**
 * A container to run, resolved: command, args and environment hold no reference any more.
 *
 * @param command replaces the image's entry point; empty keeps it
 * @param args replace the image's command; empty keeps it unless {@code command} is given
 */
public record ContainerWork(
    String name,
    String image,
    List<String> command,
    List<String> args,
    Optional<String> workingDir,
    List<EnvVariable> env) {

  public ContainerWork {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = List.copyOf(env);
  }
}
