package dev.outrigger.agent.pod;

import dev.outrigger.agent.pod.RunHistory.Role;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;

/** How far containers of a run are, and what they wait for, as {@code Sidecars} says. */
final class StartOrder {

  private StartOrder() {}

  static boolean neverRan(ContainerObservation c) {
    return c.state() instanceof ContainerState.Waiting && c.last().isEmpty();
  }

  /** Whether what follows this init container will never start. */
  static boolean isFailure(Role role, ContainerState state) {
    return state instanceof ContainerState.Terminated t
        && (t.startedAt().isEmpty() || (role == Role.INIT && t.exitCode().orElse(1) != 0));
  }

  /** Whether what follows this init container has to wait for it. */
  static boolean holds(Role role, ContainerObservation c) {
    return role == Role.SIDECAR
        ? neverRan(c)
        : !(c.state() instanceof ContainerState.Terminated t) || t.exitCode().orElse(1) != 0;
  }

  static boolean isHeld(SteppedRun run, int index) {
    for (int i = 0; i < index; i++) {
      Role role = run.roles().get(i);
      if (role != Role.MAIN && run.holds(i, run.now().containers().get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing of it runs any more nor ever will, be it told as its end or not yet. */
  static boolean isSpent(SteppedRun run) {
    boolean failed = false;
    for (int i = 0; i < run.roles().size(); i++) {
      Role role = run.roles().get(i);
      ContainerObservation c = run.now().containers().get(i);
      if (!(c.state() instanceof ContainerState.Terminated) && !(failed && neverRan(c))) {
        return false;
      }
      failed |= role != Role.MAIN && isFailure(role, c.state());
    }
    return true;
  }

  /** For people. */
  static String text(ContainerObservation c) {
    String state =
        switch (c.state()) {
          case ContainerState.Waiting w -> "waits";
          case ContainerState.Running r -> "runs";
          case ContainerState.Terminated t when t.startedAt().isEmpty() -> "never ran";
          case ContainerState.Terminated t -> "ended " + t.exitCode();
        };
    return c.name() + " " + state + (c.restarts() > 0 ? " after " + c.restarts() : "");
  }
}
