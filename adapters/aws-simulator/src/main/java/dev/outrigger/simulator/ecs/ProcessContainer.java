package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.process.ProcessTree;
import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.session.ContainerShell;
import dev.outrigger.simulator.session.HostShell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A container that is a process of this host.
 *
 * @param environment what another process in it is given
 * @param directory where that starts
 */
record ProcessContainer(
    ProcessTree process, ProcessGuard guard, Map<String, String> environment, Path directory)
    implements RunningContainer {
  ProcessContainer {
    environment = Map.copyOf(environment);
  }

  @Override
  public CompletableFuture<ContainerEnd> exit() {
    return process.exit().thenApply(code -> new ContainerEnd(code, null));
  }

  @Override
  public void terminate(Duration grace) {
    process.terminate(grace);
  }

  @Override
  public void kill() {
    process.kill();
  }

  @Override
  public ProcessUsage usage() {
    return process.usage();
  }

  @Override
  public ContainerShell shell() {
    return new HostShell(guard, environment, directory);
  }
}
