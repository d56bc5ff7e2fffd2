package dev.outrigger.provider;

import java.util.List;
import java.util.Optional;

/**
 * A container to run, resolved: command, args and environment hold no reference any more, but for
 * what is known only at its start.
 *
 * @param command replaces the image's entry point; empty keeps it
 * @param args replace the image's command; empty keeps it unless {@code command} is given
 * @param atStart what is not known before; nothing unless {@link Trait#FILE_KEYS}, since a Pod that
 *     has it is refused otherwise
 */
public record ContainerWork(
    String name,
    String image,
    List<String> command,
    List<String> args,
    Optional<String> workingDir,
    List<EnvVariable> env,
    AtStart atStart) {

  public ContainerWork {
    command = List.copyOf(command);
    args = List.copyOf(args);
    env = List.copyOf(env);
  }

  /** Of which everything is known. */
  public ContainerWork(
      String name,
      String image,
      List<String> command,
      List<String> args,
      Optional<String> workingDir,
      List<EnvVariable> env) {
    this(name, image, command, args, workingDir, env, AtStart.NOTHING);
  }
}
