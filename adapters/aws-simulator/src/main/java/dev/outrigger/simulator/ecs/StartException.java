package dev.outrigger.simulator.ecs;

/** Why a task, or a container of it, cannot be started; in the words of ECS. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message, null, false, false);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
