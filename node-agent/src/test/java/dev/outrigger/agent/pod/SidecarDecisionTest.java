package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * What sidecars change about decisions: they end after the others, and their end decides nothing.
 */
class SidecarDecisionTest {

  private static final ContainerState RUNNING = new ContainerState.Running(Given.NOW);
  private static final ContainerState LOOPING =
      new ContainerState.Waiting("CrashLoopBackOff", "back-off 10s");
  private static final PodAction STOP = new PodAction.Stop(Duration.ofSeconds(30));

  private static Pod pod(String policy) {
    return Serialization.unmarshal(
        """
        metadata: {name: p, namespace: ns, uid: u}
        spec:
          restartPolicy: %s
          initContainers: [{name: s, restartPolicy: Always}, {name: i}]
          containers: [{name: a}, {name: b}]
        """
            .formatted(policy),
        Pod.class);
  }

  private static ContainerState ended(int code) {
    return new ContainerState.Terminated(
        OptionalInt.of(code), "", "", Optional.of(Given.NOW), Given.NOW);
  }

  private static Workload workload(
      boolean stopping,
      ContainerState sidecar,
      ContainerState init,
      ContainerState a,
      ContainerState b) {
    return new Workload(
        new PodAttempt(Given.KEY, 0),
        "h",
        List.of(
            new ContainerObservation("s", sidecar),
            new ContainerObservation("i", init),
            new ContainerObservation("a", a),
            new ContainerObservation("b", b)),
        Optional.empty(),
        stopping,
        Optional.empty());
  }

  private static Given given(String policy, Workload workload) {
    return new Given(pod(policy)).admitted().workload(workload);
  }

  @Test
  void sidecarsAreStoppedOnceWhenAllMainContainersHaveEnded() {
    Workload left = workload(false, RUNNING, ended(0), ended(0), ended(3));
    for (String policy : List.of("Always", "OnFailure", "Never")) {
      assertThat(given(policy, left).decide()).as(policy).isEqualTo(STOP);
      assertThat(given(policy, left).stopped(30, 0).decide())
          .as(policy)
          .isEqualTo(new PodAction.Report());
    }
    assertThat(given("Never", workload(false, LOOPING, ended(0), ended(0), ended(0))).decide())
        .isEqualTo(STOP);
  }

  @Test
  void sidecarsGoOnWhileAMainContainerDoes() {
    assertThat(given("Never", workload(false, RUNNING, ended(0), ended(1), RUNNING)).decide())
        .isEqualTo(new PodAction.Report());
    assertThat(given("Never", workload(false, LOOPING, ended(0), RUNNING, RUNNING)).decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void sidecarsThatTheBackendStopsByItselfAreNotAskedFor() {
    assertThat(given("Never", workload(true, RUNNING, ended(0), ended(0), ended(0))).decide())
        .isEqualTo(new PodAction.Report());
  }

  @Test
  void howASidecarEndedDecidesNothing() {
    Workload well = workload(false, ended(137), ended(0), ended(0), ended(0));
    assertThat(given("OnFailure", well).decide()).isEqualTo(new PodAction.Report());
    Workload badly = workload(false, ended(0), ended(0), ended(0), ended(1));
    assertThat(given("OnFailure", badly).decide()).isEqualTo(new PodAction.Restart(1));
    assertThat(given("Never", badly).decide()).isEqualTo(new PodAction.Report());
  }

  @Test
  void podWhoseSidecarWasReportedIsNeverStartedAgain() {
    String status =
        """
        initContainerStatuses: [{name: s, restartCount: 4, state: %s}]
        containerStatuses:
        - {name: a, restartCount: 0, state: {waiting: {reason: PodInitializing}}}
        - {name: b, restartCount: 0, state: {waiting: {reason: PodInitializing}}}
        """;
    for (String state :
        List.of("{running: {}}", "{terminated: {}}", "{waiting: {reason: CrashLoopBackOff}}")) {
      assertThat(new Given(pod("Always")).admitted().status(status.formatted(state)).decide())
          .as(state)
          .isEqualTo(new PodAction.ReportLost());
    }
    assertThat(
            new Given(pod("Always"))
                .admitted()
                .status(status.formatted("{waiting: {reason: PodInitializing}}"))
                .decide())
        .isEqualTo(new PodAction.Start(0));
  }
}
