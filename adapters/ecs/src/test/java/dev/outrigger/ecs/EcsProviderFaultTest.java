package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import dev.outrigger.provider.testkit.RecordingSink;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.fault.FaultRule;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.EcsClient;

class EcsProviderFaultTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final SimulatedEcs ecs = new SimulatedEcs();
  private final EcsProvider provider = ecs.provider(SimulatedEcs.NODE);

  @AfterEach
  void close() {
    provider.close();
    ecs.close();
  }

  @Test
  void anAnswerThatWasLostIsUnavailableAndTheNextCallFindsTheSameTask() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("lost"));
    inject(FaultRule.next(1, "ecs", "RunTask", new Fault.ResponseLost()));

    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.Unavailable.class);
    provider.create(work);

    assertThat(ecs.startsOf(work.attempt())).isEqualTo(1);
  }

  @Test
  void aTaskWhoseStartWasNeverHeardOfIsStoppedWithItsPod() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("unheard"));
    inject(FaultRule.next(1, "ecs", "RunTask", new Fault.ResponseLost()));
    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.Unavailable.class);

    provider.delete(work.key(), Duration.ZERO);

    awaitEnd(work.attempt());
    assertThat(ecs.startsOf(work.attempt())).isEqualTo(1);
  }

  @Test
  void anotherProcessStopsATaskWhoseStartWasNeverHeardOf() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("unheard"));
    inject(FaultRule.next(1, "ecs", "RunTask", new Fault.ResponseLost()));
    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.Unavailable.class);

    try (EcsProvider after = ecs.provider(SimulatedEcs.NODE)) {
      after.delete(work.key(), Duration.ZERO);
    }

    awaitEnd(work.attempt());
  }

  @Test
  void throttledCallsAreToldAsSuchAndNothingIsStarted() {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("throttled"));
    inject(FaultRule.next(1, "ecs", "RunTask", new Fault.Throttle()));

    assertThatThrownBy(() -> provider.create(work)).isInstanceOf(ProviderException.Throttled.class);
    assertThat(ecs.startsOf(work.attempt())).isZero();
  }

  @Test
  void lackOfCapacityIsAQuota() {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("full"));
    inject(FaultRule.next(1, "ecs", "RunTask", new Fault.CapacityUnavailable()));

    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.QuotaExceeded.class)
        .hasMessageContaining("Capacity is unavailable");
  }

  @Test
  void aWatchOutlivesAnOutage() throws Exception {
    RecordingSink sink = new RecordingSink();
    PodWork work = PodWorks.shell(PodWorks.newAttempt("outage"), "exit 3");
    try (var watch = provider.watch(sink)) {
      assertThat(watch).isNotNull();
      provider.create(work);
      inject(FaultRule.next(10, "ecs", "*", new Fault.ServerError(503)));
      await()
          .atMost(PATIENCE)
          .until(() -> sink.of(work.attempt()).stream().anyMatch(Workload::isTerminated));
    }
    assertThat(sink.gone()).isEmpty();
  }

  @Test
  void theNodesStateIsUnknownWhileEcsDoesNotAnswer() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("away"));
    try (var watch = provider.watch(new RecordingSink())) {
      assertThat(watch).isNotNull();
      provider.create(work);
      NodeStateSource source = provider.nodeState().orElseThrow();
      inject(FaultRule.next(30, "ecs", "*", new Fault.ServerError(503)));

      assertThat(
              await().atMost(PATIENCE).until(() -> catchThrowable(source::state), e -> e != null))
          .isInstanceOf(ProviderException.Unavailable.class);
      await().atMost(PATIENCE).until(() -> catchThrowable(source::state) == null);
    }
    provider.delete(work.key(), Duration.ZERO);
    awaitEnd(work.attempt());
  }

  @Test
  void aClusterThatDoesNotExistIsToldAsTheNodesState() {
    try (EcsProvider nowhere = ecs.inCluster("nowhere")) {
      NodeStateSource source = nowhere.nodeState().orElseThrow();

      assertThat(catchThrowable(nowhere::list)).isInstanceOf(ProviderException.class);

      assertThatThrownBy(source::state)
          .isInstanceOf(ProviderException.Unavailable.class)
          .hasMessageContaining("ClusterNotFoundException");
    }
  }

  @Test
  void manyPodsOfOneShapeRegisterOneTaskDefinitionAlsoAcrossRestarts() throws Exception {
    try (EcsProvider after = ecs.provider(SimulatedEcs.NODE);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          threads.invokeAll(
              Collections.nCopies(
                  10, () -> provider.create(PodWorks.exit(PodWorks.newAttempt("many"), 0))));
      for (var answer : answers) {
        answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      after.create(PodWorks.exit(PodWorks.newAttempt("later"), 0));
    }
    assertThat(ecs.simulator().journal().calls("ecs", "RegisterTaskDefinition")).hasSize(1);
  }

  @Test
  void aDefinitionDeregisteredBehindOurBackIsRegisteredAgain() throws Exception {
    provider.create(PodWorks.exit(PodWorks.newAttempt("before"), 0));
    ecs.with(EcsProviderFaultTest::deregisterAll);
    PodWork work = PodWorks.exit(PodWorks.newAttempt("after"), 0);

    assertThatThrownBy(() -> provider.create(work))
        .isInstanceOf(ProviderException.Unavailable.class);
    provider.create(work);

    assertThat(ecs.startsOf(work.attempt())).isEqualTo(1);
  }

  @Test
  void aSecretReachesTheContainerAndNothingElse() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("secret");
    PodWork plain = PodWorks.shell(attempt, "echo length ${#PASSWORD}");
    ContainerWork main = plain.containers().getFirst();
    ContainerWork with =
        new ContainerWork(
            main.name(),
            main.image(),
            main.command(),
            main.args(),
            Optional.empty(),
            List.of(new EnvVariable("PASSWORD", SensitiveText.sensitive("hunter2-canary"))));
    provider.create(new PodWork(attempt, plain.pod(), List.of(), List.of(with), List.of()));
    awaitEnd(attempt);

    RecordingLog log = new RecordingLog();
    var query =
        new LogQuery(attempt, PodWorks.CONTAINER, Optional.empty(), OptionalInt.empty(), false);
    provider.logs().orElseThrow().read(query, log);
    assertThat(log.texts()).containsExactly("length 14");
    ecs.with(client -> assertThat(definitions(client)).doesNotContain("hunter2-canary"));
  }

  @Test
  void anImageThatCannotBePulledIsErrImagePullAndNeverRan() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("missing");
    ContainerWork container =
        new ContainerWork(
            "main",
            "example.com/does-not-exist",
            List.of(),
            List.of(),
            Optional.empty(),
            List.of());
    provider.create(PodWorks.pod(attempt, List.of(), List.of(container)));

    Workload end = awaitEnd(attempt);
    var state = (ContainerState.Terminated) end.containers().getFirst().state();
    assertThat(state.exitCode()).isEmpty();
    assertThat(state.reason()).isEqualTo("ErrImagePull");
  }

  @Test
  void initContainersRunFirstAndAFailedOneKeepsTheRestFromRunning() throws Exception {
    PodAttempt attempt = PodWorks.newAttempt("init");
    provider.create(
        PodWorks.pod(
            attempt,
            List.of(PodWorks.container("prepare", "sh", "-c", "exit 4")),
            List.of(PodWorks.container("main", "sh", "-c", "exit 0"))));

    Workload end = awaitEnd(attempt);
    assertThat(end.containers())
        .extracting(c -> ((ContainerState.Terminated) c.state()).exitCode())
        .containsExactlyInAnyOrder(OptionalInt.of(4), OptionalInt.empty());
  }

  private void inject(FaultRule rule) {
    var injection = ecs.simulator().faults().inject(rule);
    assertThat(injection).isNotNull();
  }

  private Workload awaitEnd(PodAttempt attempt) throws ProviderException {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                provider.list().stream()
                    .anyMatch(w -> w.attempt().equals(attempt) && w.isTerminated()));
    return provider.list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .findFirst()
        .orElseThrow();
  }

  private static void deregisterAll(EcsClient client) {
    for (String arn : client.listTaskDefinitions().taskDefinitionArns()) {
      client.deregisterTaskDefinition(r -> r.taskDefinition(arn));
    }
  }

  private static String definitions(EcsClient client) {
    StringBuilder all = new StringBuilder();
    for (String arn : client.listTaskDefinitions().taskDefinitionArns()) {
      all.append(
          SdkJson.canonical(
              client.describeTaskDefinition(r -> r.taskDefinition(arn)).taskDefinition()));
    }
    return all.toString();
  }
}
