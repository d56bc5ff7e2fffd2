package dev.outrigger.simulator.ecs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** In which order the containers of a task start and stop: by {@code dependsOn}. */
final class ContainerOrder {

  private final List<ContainerRun> runs;

  ContainerOrder(List<ContainerRun> runs) {
    this.runs = runs;
  }

  /** Completes once it may start; exceptionally when it never may. */
  CompletableFuture<?> mayStart(ContainerRun run) {
    List<CompletableFuture<?>> waits = new ArrayList<>();
    run.container()
        .dependsOn()
        .forEach((name, condition) -> named(name).ifPresent(d -> waits.add(has(d, condition))));
    return CompletableFuture.allOf(waits.toArray(CompletableFuture[]::new));
  }

  /** The order of the start, turned round: once everything that depends on it has ended. */
  CompletableFuture<?> mayStop(ContainerRun run) {
    return CompletableFuture.allOf(
        runs.stream()
            .filter(r -> r.container().dependsOn().containsKey(run.container().name()))
            .map(ContainerRun::ended)
            .toArray(CompletableFuture[]::new));
  }

  private Optional<ContainerRun> named(String name) {
    return runs.stream().filter(run -> run.container().name().equals(name)).findFirst();
  }

  private static CompletableFuture<?> has(ContainerRun dependency, String condition) {
    return switch (condition) {
      case "START" -> dependency.started();
      case "SUCCESS" ->
          dependency
              .ended()
              .thenAccept(
                  end -> {
                    if (!end.isSuccess()) {
                      throw new IllegalStateException("dependency failed");
                    }
                  });
      default -> dependency.ended();
    };
  }
}
