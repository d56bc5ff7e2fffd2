package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What restart policies and rules of containers' own change about a Pod's attempts (KEP-5307). */
class OwnPoliciesTest {

  private static final ContainerState RUNNING = new ContainerState.Running(Given.NOW);
  private static final String ALWAYS = "restartPolicy: Always";
  private static final String NEVER = "restartPolicy: Never";
  private static final String RULE =
      "restartPolicy: Never, restartPolicyRules: [{action: Restart, exitCodes: {operator: In,"
          + " values: [42]}}]";
  private static final PodAction.Report REPORT = new PodAction.Report();
  private static final PodAction.Restart NEXT = new PodAction.Restart(1);

  @Test
  void containerThatEndsForGoodByItsOwnPolicyStopsNothing() {
    assertThat(given("Always", NEVER, "").workload(workload(ended(3), RUNNING)).decide())
        .isEqualTo(REPORT);
    assertThat(given("Never", ALWAYS, "").workload(workload(ended(3), RUNNING)).decide())
        .as("only the next attempt starts it again: its supervisor was killed")
        .isInstanceOf(PodAction.StopIncomplete.class);
  }

  @Test
  void anotherAttemptFollowsIfAContainerIsToBeStartedAgain() {
    assertThat(given("Always", NEVER, NEVER).workload(workload(ended(1), ended(0))).decide())
        .isEqualTo(REPORT);
    assertThat(given("Always", NEVER, "").workload(workload(ended(1), ended(0))).decide())
        .isEqualTo(NEXT);
    assertThat(given("Never", RULE, "").workload(workload(ended(42), ended(0))).decide())
        .isEqualTo(NEXT);
    assertThat(given("Never", RULE, "").workload(workload(ended(1), ended(0))).decide())
        .isEqualTo(REPORT);
  }

  @Test
  void initContainerThatFailsForGoodEndsThePodWhateverTheOthersPolicies() {
    assertThat(withInit("Never", "", ALWAYS, ended(1)).decide()).isEqualTo(REPORT);
    assertThat(withInit("Always", NEVER, "", ended(1)).decide()).isEqualTo(REPORT);
    assertThat(withInit("Never", RULE, "", ended(42)).decide()).isEqualTo(NEXT);
  }

  @Test
  void containerThatIsDoneSaysNothingOfTheAttemptThatIsOnItsWay() {
    String told =
        "{containerStatuses: [{name: a, restartCount: 0, state: {terminated: {exitCode: 3}}},"
            + " {name: b, restartCount: 1, state: {waiting: {reason: ContainerCreating}}}]}";
    assertThat(given("Always", NEVER, "").status(told).decide()).isEqualTo(new PodAction.Start(1));
  }

  @Test
  void attemptThatTheBackendForgotIsFollowedByAnotherOnlyIfAContainerIsStartedAgain() {
    String told =
        "{containerStatuses: [{name: a, restartCount: 0, state: {terminated: {exitCode: %d}}},"
            + " {name: b, restartCount: 0, state: {terminated: {exitCode: 0}}}]}";
    assertThat(given("Never", RULE, "").status(told.formatted(42)).decide()).isEqualTo(NEXT);
    assertThat(given("Never", RULE, "").status(told.formatted(41)).decide())
        .isEqualTo(new PodAction.ReportLost());
  }

  @Test
  void failedProbeGoesByTheContainersPolicyAndNotByItsRules() {
    var unwell = new PodHealth.Unwell("a", 0, Optional.of(ProbeKind.LIVENESS), Optional.empty());
    assertThat(again(given("Never", ALWAYS, "").unwell(0, unwell))).isTrue();
    assertThat(again(given("Always", NEVER, "").unwell(0, unwell))).isFalse();
    assertThat(again(given("Always", RULE, "").unwell(0, unwell))).isFalse();
  }

  private static boolean again(Given given) {
    return given.workload(workload(RUNNING, RUNNING)).decide()
            instanceof PodAction.StopContainer stop
        && stop.again();
  }

  private static Given given(String policy, String a, String b) {
    return new Given(pod(policy, a, b, "")).admitted().with(Trait.CONTAINER_RESTARTS);
  }

  private static Given withInit(String policy, String init, String a, ContainerState end) {
    ContainerState unstarted =
        new ContainerState.Terminated(
            OptionalInt.empty(), "NotStarted", "", Optional.empty(), Given.NOW);
    List<ContainerObservation> seen = new ArrayList<>();
    seen.add(new ContainerObservation("i", end));
    seen.add(new ContainerObservation("a", unstarted));
    seen.add(new ContainerObservation("b", unstarted));
    return new Given(pod(policy, a, "", "initContainers: [{name: i, " + init + "}]"))
        .admitted()
        .with(Trait.CONTAINER_RESTARTS)
        .workload(new Workload(new PodAttempt(Given.KEY, 0), "h", seen));
  }

  private static Pod pod(String policy, String a, String b, String more) {
    return Serialization.unmarshal(
        """
        metadata: {name: p, namespace: ns, uid: u}
        spec:
          restartPolicy: %s
          containers: [{name: a, %s}, {name: b, %s}]
          %s
        """
            .formatted(policy, a, b, more),
        Pod.class);
  }

  private static Workload workload(ContainerState a, ContainerState b) {
    return new Workload(
        new PodAttempt(Given.KEY, 0),
        "h",
        List.of(new ContainerObservation("a", a), new ContainerObservation("b", b)));
  }

  private static ContainerState ended(int code) {
    return new ContainerState.Terminated(
        OptionalInt.of(code),
        "",
        "",
        Optional.of(Given.NOW.minusSeconds(100)),
        Given.NOW.minusSeconds(90));
  }
}
