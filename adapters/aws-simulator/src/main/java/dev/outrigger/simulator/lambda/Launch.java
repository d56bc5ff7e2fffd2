package dev.outrigger.simulator.lambda;

import java.nio.file.Path;
import java.util.List;

/** How an execution environment of a function starts. */
sealed interface Launch {
  /**
   * A process.
   *
   * @param directory its working directory
   * @param taskRoot LAMBDA_TASK_ROOT
   * @param handler _HANDLER
   * @param limitable whether its address space may be limited; Node reserves far more than it uses
   */
  record Run(List<String> command, Path directory, Path taskRoot, String handler, boolean limitable)
      implements Launch {
    public Run {
      command = List.copyOf(command);
    }
  }

  /** It cannot start; each invocation fails with this. */
  record Impossible(String errorType, String message) implements Launch {}
}
