package dev.outrigger.provider;

import java.util.List;

/**
 * A command to be run in a running container.
 *
 * @param command the program and its arguments, not interpreted by any shell; never empty
 * @param terminal run it on a terminal of its own ({@code kubectl exec -t})
 */
public record ExecRequest(
    PodAttempt attempt, String container, List<String> command, boolean terminal) {

  public ExecRequest {
    command = List.copyOf(command);
  }
}
