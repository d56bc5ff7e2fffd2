package dev.outrigger.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ecs.model.Attachment;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Task;

class EcsStatusMapperTest {

  private static final Instant STARTED = Instant.parse("2026-11-01T10:00:00Z");
  private static final Instant ENDED = Instant.parse("2026-11-01T10:05:00Z");
  private static final Instant NOW = Instant.parse("2026-11-01T11:00:00Z");
  private static final PodAttempt ATTEMPT = new PodAttempt(new PodKey("uid", "default", "pod"), 0);

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "0   | -  | EssentialContainerExited | Essential container in task exited | ''",
        "3   | -  | EssentialContainerExited | Essential container in task exited | ''",
        "137 | OutOfMemoryError: Container killed due to memory usage | EssentialContainerExited | x | OOMKilled",
        "143 | -  | UserInitiated | the Pod was deleted | ''",
        "143 | -  | SpotInterruption | Your Spot Task was interrupted. | SpotInterruption",
        "143 | -  | TerminationNotice | x | TerminationNotice",
        "-   | -  | InfrastructureHealth | x | InfrastructureHealth",
        "-   | CannotPullContainerError: not found | TaskFailedToStart | CannotPullContainerError: not found | ErrImagePull",
        "-   | -  | TaskFailedToStart | CannotPullContainerError: not found | ErrImagePull",
        "-   | -  | TaskFailedToStart | ResourceInitializationError: unable to pull secrets | CreateContainerConfigError",
        "-   | DockerTimeoutError: no answer | TaskFailedToStart | x | RunContainerError",
        "-   | -  | TaskFailedToStart | strange | TaskFailedToStart",
        "-   | -  | EssentialContainerExited | x | ''",
        "-   | -  | - | - | ''",
      })
  void aStoppedTasksReasonsAreTheKubeletsWhereItHasOne(
      @Nullable Integer exitCode,
      @Nullable String containerReason,
      @Nullable String stopCode,
      @Nullable String stoppedReason,
      String reason) {
    Task task =
        task("STOPPED", container("STOPPED", exitCode, containerReason))
            .stopCode(stopCode)
            .stoppedReason(stoppedReason)
            .executionStoppedAt(ENDED)
            .build();
    var end = (ContainerState.Terminated) only(map(task, Optional.empty()));
    assertThat(end.exitCode())
        .isEqualTo(exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode));
    assertThat(end.reason()).isEqualTo(reason);
    assertThat(end.finishedAt()).isEqualTo(ENDED);
  }

  @Test
  void aContainerThatCouldNotBeStartedHasARuntimesExitCodeAndNeverRan() {
    Task task =
        task("STOPPED", container("STOPPED", null, "CannotStartContainerError: no such file"))
            .stopCode("TaskFailedToStart")
            .stoppedReason("Task failed to start")
            .executionStoppedAt(ENDED)
            .build();

    assertThat(only(map(task, Optional.empty())))
        .isEqualTo(
            new ContainerState.Terminated(
                OptionalInt.of(128),
                "StartError",
                "CannotStartContainerError: no such file (Task failed to start)",
                Optional.empty(),
                ENDED));
  }

  @Test
  void aContainerThatEndedByItselfHasNoMessage() {
    Task task =
        task("STOPPED", container("STOPPED", 3, null))
            .stopCode("EssentialContainerExited")
            .stoppedReason("Essential container in task exited")
            .build();

    assertThat(((ContainerState.Terminated) only(map(task, Optional.empty()))).message()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PROVISIONING", "PENDING", "ACTIVATING"})
  void aTaskOnItsWayIsWaiting(String status) {
    assertThat(only(map(task(status, container("PENDING", null, null)).build(), Optional.empty())))
        .isEqualTo(new ContainerState.Waiting("ContainerCreating", "task is " + status));
  }

  @ParameterizedTest
  @CsvSource({
    "busybox,                       busybox",
    "registry:5000/team/app:1.2,    registry:5000/team/app",
    "registry:5000/team/app,        registry:5000/team/app",
    "team/app:1.2@sha256:abc,       team/app",
  })
  void theIdOfAnImageIsItsRepositoryAndTheDigestThatWasPulled(String image, String repository) {
    Container container =
        container("RUNNING", null, null).toBuilder().image(image).imageDigest("sha256:abc").build();

    Workload workload = map(task("RUNNING", container).build(), Optional.empty());

    assertThat(workload.containers().getFirst().imageId()).contains(repository + "@sha256:abc");
    assertThat(map(running(), Optional.empty()).containers().getFirst().imageId()).isEmpty();
  }

  @Test
  void aRunningContainerRunsSinceTheTaskStarted() {
    assertThat(only(map(running(), Optional.empty())))
        .isEqualTo(new ContainerState.Running(STARTED));
  }

  @Test
  void aContainerThatIsNewHasNotBegunBeforeTheEndOfAnother() {
    Container init = container("STOPPED", 0, null).toBuilder().name("init").build();
    Task task = task("RUNNING", init).containers(init, container("RUNNING", null, null)).build();

    Workload both = map(task, Optional.empty());

    assertThat(both.containers().getLast().state()).isEqualTo(new ContainerState.Running(NOW));
    Workload later = EcsStatusMapper.map(task, ATTEMPT, Optional.of(both), NOW.plusSeconds(60));
    assertThat(later).isEqualTo(both);
  }

  @Test
  void aContainerThatStoppedWithoutACodeIsNotOverBeforeItsTaskIs() {
    Task task = task("DEPROVISIONING", container("STOPPED", null, null)).build();
    Workload before = map(running(), Optional.empty());
    assertThat(only(map(task, Optional.of(before)))).isEqualTo(new ContainerState.Running(STARTED));
  }

  @Test
  void theFirstEndThatWasReportedStays() {
    Task task = task("RUNNING", container("STOPPED", 0, null)).build();
    Workload first = map(task, Optional.empty());
    Workload later = EcsStatusMapper.map(task, ATTEMPT, Optional.of(first), NOW.plusSeconds(60));
    assertThat(later).isEqualTo(first);
  }

  @Test
  void theAddressIsThatOfTheNetworkInterface() {
    Task task =
        task("RUNNING", container("RUNNING", null, null))
            .attachments(
                Attachment.builder()
                    .type("ElasticNetworkInterface")
                    .details(
                        KeyValuePair.builder().name("privateIPv4Address").value("10.0.1.7").build())
                    .build())
            .build();
    assertThat(map(task, Optional.empty()).podIp()).contains("10.0.1.7");
  }

  private static Task running() {
    return task("RUNNING", container("RUNNING", null, null)).build();
  }

  private static Task.Builder task(String status, Container container) {
    return Task.builder()
        .taskArn("arn:aws:ecs:eu-west-1:000000000000:task/demo/abc")
        .lastStatus(status)
        .desiredStatus("RUNNING")
        .startedAt(STARTED)
        .containers(container);
  }

  private static Container container(
      String status, @Nullable Integer exitCode, @Nullable String reason) {
    return Container.builder()
        .name("main")
        .lastStatus(status)
        .exitCode(exitCode)
        .reason(reason)
        .build();
  }

  private static Workload map(Task task, Optional<Workload> before) {
    return EcsStatusMapper.map(task, ATTEMPT, before, NOW);
  }

  private static ContainerState only(Workload workload) {
    return workload.containers().getFirst().state();
  }
}
