package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;

/**
 * Whether a status tells of init containers what may be so: main containers run only once ordinary
 * ones have succeeded and sidecars have started; what succeeded has done so for good.
 */
final class InitJudge {

  private InitJudge() {}

  /** Of a status that is about to be written. */
  static void patched(Pod pod, PodStatus after) {
    List<Container> specs = pod.getSpec().getInitContainers();
    List<ContainerStatus> told = after.getInitContainerStatuses();
    String uid = pod.getMetadata().getUid();
    // One that was never let in has no statuses at all.
    check(
        told.size() == specs.size() || after.getContainerStatuses().isEmpty(),
        uid + ": init containers without a status");
    boolean held = false;
    for (ContainerStatus status : told) {
      boolean sidecar = Sidecars.is(spec(specs, status.getName()));
      String name = uid + "/" + status.getName();
      check(
          !held || !hasRun(status.getState()),
          name + " runs, what comes before it has not come so far: " + after);
      held |= sidecar ? neverRan(status) : !endedWell(status.getState());
      check(
          sidecar || status.getReady() == endedWell(status.getState()),
          name + ": ready is " + status.getReady());
    }
    for (ContainerStatus status : after.getContainerStatuses()) {
      check(
          !held || !hasRun(status.getState()),
          uid + "/" + status.getName() + " runs before its init containers are done: " + after);
    }
  }

  private static Container spec(List<Container> specs, String name) {
    return specs.stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
  }

  private static boolean neverRan(ContainerStatus status) {
    return status.getState().getWaiting() != null
        && (status.getLastState() == null || status.getLastState().getTerminated() == null);
  }

  /** As far as anybody knows: an end that was not seen may be that of what never ran. */
  private static boolean hasRun(ContainerState state) {
    return state.getRunning() != null
        || (state.getTerminated() != null && state.getTerminated().getStartedAt() != null);
  }

  private static boolean endedWell(ContainerState state) {
    return state.getTerminated() != null && state.getTerminated().getExitCode() == 0;
  }
}
