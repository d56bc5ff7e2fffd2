package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.process.ProcessUsage;
import dev.outrigger.simulator.session.ContainerShell;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A container that was started. */
interface RunningContainer {

  /** Completes once it has ended and every line of it was delivered. */
  CompletableFuture<ContainerEnd> exit();

  /** SIGTERM, then SIGKILL when the grace is over. Returns at once. */
  void terminate(Duration grace);

  /** Kills it. Returns at once. */
  void kill();

  /** What it uses now. May block for a moment. */
  ProcessUsage usage();

  /** For sessions in it. */
  ContainerShell shell();
}
