package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogTargetTest {

  private static int attempt(
      ContainerState state, @Nullable ContainerState last, int restarts, boolean previous)
      throws HttpProblem {
    Pod pod = TestNode.pod("p", state, last, restarts);
    return LogTarget.of(pod, "c", previous).number();
  }

  private static String refusal(
      String container, ContainerState state, @Nullable ContainerState last, boolean previous) {
    Pod pod = TestNode.pod("p", state, last, 0);
    var problem =
        catchThrowableOfType(HttpProblem.class, () -> LogTarget.of(pod, container, previous));
    return problem.status() + " " + problem.text();
  }

  @Test
  void runningAndEndedContainersShowTheCurrentAttempt() throws Exception {
    assertThat(attempt(TestNode.running(), TestNode.ended(), 3, false)).isEqualTo(3);
    assertThat(attempt(TestNode.ended(), null, 0, false)).isEqualTo(0);
  }

  @Test
  void previousIsTheAttemptBefore() throws Exception {
    assertThat(attempt(TestNode.running(), TestNode.ended(), 3, true)).isEqualTo(2);
  }

  @Test
  void containerInBackOffShowsTheAttemptThatEnded() throws Exception {
    ContainerState backOff = TestNode.waiting("CrashLoopBackOff");
    assertThat(attempt(backOff, TestNode.ended(), 2, false)).isEqualTo(2);
    assertThat(attempt(backOff, TestNode.ended(), 2, true)).isEqualTo(2);
  }

  @Test
  void containerAboutToStartAgainShowsTheAttemptThatEnded() throws Exception {
    ContainerState creating = TestNode.waiting("ContainerCreating");
    assertThat(attempt(creating, TestNode.ended(), 3, false)).isEqualTo(2);
    assertThat(attempt(creating, TestNode.ended(), 3, true)).isEqualTo(2);
  }

  @Test
  void sidecarBetweenTwoRunsOfTheFirstAttemptShowsThatAttempt() throws Exception {
    ContainerState initializing = TestNode.waiting("PodInitializing");
    assertThat(attempt(initializing, TestNode.ended(), 0, false)).isEqualTo(0);
  }

  @Test
  void anEphemeralContainersLogSaysWhatToDoInstead() {
    Pod pod =
        new PodBuilder(TestNode.pod("p", TestNode.running(), null, 0))
            .editSpec()
            .addNewEphemeralContainer()
            .withName("debugger")
            .endEphemeralContainer()
            .endSpec()
            .editStatus()
            .addNewEphemeralContainerStatus()
            .withName("debugger")
            .withState(TestNode.ended())
            .endEphemeralContainerStatus()
            .endStatus()
            .build();

    var problem =
        catchThrowableOfType(HttpProblem.class, () -> LogTarget.of(pod, "debugger", false));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.text()).contains("was not started: ").contains("kubectl exec");
  }

  @Test
  void whatHasNoLogIsRefusedInTheKubeletsWords() {
    assertThat(refusal("c", TestNode.waiting("ContainerCreating"), null, false))
        .isEqualTo("400 container \"c\" in pod \"p\" is waiting to start: ContainerCreating");
    assertThat(refusal("c", TestNode.waiting("ImagePullBackOff"), null, false))
        .isEqualTo(
            "400 container \"c\" in pod \"p\" is waiting to start: trying and failing to pull image");
    assertThat(refusal("c", new ContainerState(), null, false))
        .isEqualTo("400 container \"c\" in pod \"p\" is waiting to start - no logs yet");
    assertThat(refusal("c", TestNode.running(), null, true))
        .isEqualTo("400 previous terminated container \"c\" in pod \"p\" not found");
    assertThat(refusal("unstarted", TestNode.running(), null, false))
        .isEqualTo("400 container \"unstarted\" in pod \"p\" is not available");
    assertThat(refusal("x", TestNode.running(), null, false))
        .isEqualTo("404 container \"x\" not found in pod \"p\"");
  }

  @Test
  void podWithoutStatusHasNoLog() {
    Pod pod = TestNode.pod("p", TestNode.running(), null, 0);
    pod.setStatus(null);
    assertThat(catchThrowableOfType(HttpProblem.class, () -> LogTarget.of(pod, "c", false)).text())
        .isEqualTo("container \"c\" in pod \"p\" is not available");
  }

  @Test
  void allRunsOfASidecarInAnAttemptAreInTheLogOfThatAttempt() throws Exception {
    Pod pod = TestNode.pod("p", TestNode.running(), null, 2);
    pod.getSpec()
        .setInitContainers(
            List.of(new ContainerBuilder().withName("s").withRestartPolicy("Always").build()));
    pod.getStatus()
        .setInitContainerStatuses(
            List.of(
                new ContainerStatusBuilder()
                    .withName("s")
                    .withRestartCount(7)
                    .withState(TestNode.waiting("CrashLoopBackOff"))
                    .withLastState(TestNode.ended())
                    .build()));

    assertThat(LogTarget.of(pod, "s", false).number()).isEqualTo(2);
    assertThat(catchThrowableOfType(HttpProblem.class, () -> LogTarget.of(pod, "s", true)).text())
        .contains("are in its log with the current one");
    assertThat(StreamTarget.container(pod, Optional.empty(), "s")).isEmpty();
    pod.getStatus().getInitContainerStatuses().getFirst().setState(TestNode.running());
    assertThat(StreamTarget.container(pod, Optional.empty(), "s").orElseThrow().number())
        .isEqualTo(2);
  }

  @Test
  void anInitContainerThatIsTriedAgainHasALogForEachRun() throws Exception {
    Pod pod = TestNode.pod("p", TestNode.waiting("PodInitializing"), null, 0);
    pod.getSpec().setInitContainers(List.of(new ContainerBuilder().withName("i").build()));
    pod.getStatus()
        .setInitContainerStatuses(
            List.of(
                new ContainerStatusBuilder()
                    .withName("i")
                    .withRestartCount(3)
                    .withState(TestNode.running())
                    .withLastState(TestNode.ended())
                    .build()));

    assertThat(LogTarget.of(pod, "i", false).number()).isEqualTo(3);
    assertThat(LogTarget.of(pod, "i", true).number()).isEqualTo(2);
  }
}
