package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.Docker;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.process.TerminalProcess;
import dev.outrigger.simulator.session.ContainerShell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In a container of a Docker engine; as root, whoever the container's own user is, as ECS Exec does
 * it. What a session leaves running when it is cut off ends with the container only.
 */
record DockerShell(Docker docker, ProcessGuard guard, String id) implements ContainerShell {

  @Override
  public TerminalProcess start(List<String> words) throws IOException {
    List<String> exec =
        new ArrayList<>(
            List.of(
                "exec", "--interactive", "--tty", "--user", "0", "--env", "TERM=xterm-256color"));
    exec.add(id);
    exec.addAll(words);
    return TerminalProcess.start(guard, docker.command(exec), System.getenv(), Path.of("/"));
  }

  @Override
  public Optional<String> failure() {
    return Optional.of("OCI runtime exec failed: ");
  }
}
