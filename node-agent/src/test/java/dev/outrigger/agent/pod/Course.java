package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import java.util.OptionalInt;

/** What happens to a run at the backend. */
final class Course {

  private Course() {}

  /** Init containers that run end well, and what may run then does. */
  static void getOn(SteppedRun run) {
    for (ContainerObservation c : run.now(RunHistory.Role.INIT)) {
      if (c.state() instanceof ContainerState.Running) {
        run.end(run.now().containers().indexOf(c), OptionalInt.of(0));
      }
    }
    run.begin();
  }

  /**
   * @param container its index; all for one that there is none of
   */
  static void end(SteppedRun run, int container, OptionalInt code) {
    if (container < run.now().containers().size()) {
      run.end(container, code);
    } else {
      run.endAllByThemselves(code);
    }
  }

  static void stopped(SteppedRun run, boolean all, OptionalInt code) {
    if (run.now().stopping() && all) {
      run.endAll(code);
    } else if (run.now().stopping()) {
      run.stopped(code);
    }
  }

  /** What was asked to end alone does. */
  static void askedEnds(SteppedRun run, OptionalInt code) {
    if (run instanceof HostRun host) {
      host.askedEnds(code);
    }
  }

  /** What a healthy backend does with it; init containers of one name's Pods go on for ever. */
  static void heals(SteppedRun run) {
    if (run.isLive()) {
      askedEnds(run, OptionalInt.of(0));
    }
    if (run.isLive() && run.now().stopping()) {
      boolean last = run.now(RunHistory.Role.MAIN).stream().allMatch(Course::hasEnded);
      run.stopped(OptionalInt.of(last ? 137 : 143));
    } else if (run.isLive() && run.attempt.key().name().equals(Step.Name.A.name())) {
      getOn(run);
    } else if (run.isLive()) {
      run.begin();
    }
  }

  private static boolean hasEnded(ContainerObservation container) {
    return container.state() instanceof ContainerState.Terminated;
  }
}
