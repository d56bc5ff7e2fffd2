package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@link dev.outrigger.provider.Sidecars} promises, and refusal where nothing is promised. */
abstract class SidecarContract extends ContainersFixture {

  @Test
  void withoutTheCapabilitySidecarsAreRefusedByTheirPath() throws Exception {
    Provider provider = open();
    assumeFalse(provider.capabilities().has(Trait.SIDECARS), "the backend has sidecars");
    PodWork work = podWith(attempt("no-sidecars"), sidecar("side", ""), "exit 0");

    assertThat(catchThrowable(() -> provider.check(work)))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            refusal -> assertThat(refusal.path()).startsWith("spec.initContainers"));
  }

  @Test
  void aSidecarGoesOnUntilTheMainContainerHasEndedAndItIsStopped() throws Exception {
    Provider provider = openWithSidecars();
    PodAttempt attempt = attempt("beside");
    provider.create(podWith(attempt, sidecar("side", ""), "sleep 5; exit 3"));

    await("the main container's end")
        .atMost(patience())
        .until(() -> seen(provider, attempt, "main").state() instanceof ContainerState.Terminated);
    provider.delete(attempt.key(), Duration.ofSeconds(60));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(3));
    assertThat(texts(provider, attempt, "side")).contains("ready");
    assertThat(startsOf(attempt)).isEqualTo(1);
  }

  @Test
  void whatFollowsASidecarStartsBesideIt() throws Exception {
    Provider provider = openWithSidecars();
    PodAttempt attempt = attempt("in-order");
    List<ContainerWork> inits =
        List.of(sidecar("side", ""), PodWorks.container("init", "sh", "-c", "exit 0"));
    PodWork work =
        PodWorks.withSidecars(
            PodWorks.pod(attempt, inits, List.of(PodWorks.container("main", "sleep", "600"))),
            "side");
    provider.create(work);

    await("both to run")
        .atMost(patience())
        .until(
            () ->
                seen(provider, attempt, "side").state() instanceof ContainerState.Running
                    && seen(provider, attempt, "main").state() instanceof ContainerState.Running);
    assertThat(seen(provider, attempt, "init").state())
        .isInstanceOfSatisfying(
            ContainerState.Terminated.class,
            end -> assertThat(end.exitCode()).isEqualTo(reportedExitCode(0)));
  }

  @Test
  void aSidecarThatEndsIsStartedAgainAlone() throws Exception {
    Provider provider = openWithSidecars();
    PodAttempt attempt = attempt("again-alone");
    ContainerWork side = PodWorks.container("side", "sh", "-c", "echo run; sleep 3; exit 1");
    provider.create(podWith(attempt, side, "echo once; exec sleep 600"));

    await("a second run")
        .atMost(patience())
        .until(
            () ->
                texts(provider, attempt, "side").stream().filter("run"::equals).count() > 1
                    && texts(provider, attempt, "main").contains("once"));

    assertThat(seen(provider, attempt, "main").state()).isInstanceOf(ContainerState.Running.class);
    assertThat(seen(provider, attempt, "side").state())
        .isNotInstanceOf(ContainerState.Terminated.class);
    assertThat(texts(provider, attempt, "main")).containsOnlyOnce("once");
    assertThat(startsOf(attempt)).isEqualTo(1);
  }

  @Test
  void aStopEndsMainContainersFirstAndThenSidecarsInReverse() throws Exception {
    Provider provider = openWithSidecars();
    PodAttempt attempt = attempt("reverse");
    List<ContainerWork> inits = List.of(sidecar("first", ""), sidecar("second", "sleep 0.5;"));
    PodWork work =
        PodWorks.withSidecars(
            PodWorks.pod(attempt, inits, List.of(sidecar("main", "sleep 0.5;"))),
            "first",
            "second");
    provider.create(work);
    for (String container : List.of("first", "second", "main")) {
      awaitReady(provider, attempt, container);
    }

    provider.delete(attempt.key(), Duration.ofSeconds(60));

    await("the end of all")
        .atMost(patience())
        .until(() -> find(provider, attempt).filter(Workload::isTerminated).isPresent());
    Instant main = farewell(provider, attempt, "main");
    Instant second = farewell(provider, attempt, "second");
    assertThat(main).isBefore(second);
    assertThat(second).isBefore(farewell(provider, attempt, "first"));
  }

  private static PodWork podWith(PodAttempt attempt, ContainerWork sidecar, String mainScript) {
    ContainerWork main = PodWorks.container(PodWorks.CONTAINER, "sh", "-c", mainScript);
    return PodWorks.withSidecars(
        PodWorks.pod(attempt, List.of(sidecar), List.of(main)), sidecar.name());
  }

  private static ContainerWork sidecar(String name, String beforeItsEnd) {
    String script =
        "trap '%s echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done"
            .formatted(beforeItsEnd);
    return PodWorks.container(name, "sh", "-c", script);
  }

  /** When it said bye; a shell may have more to say of the stop. */
  private static Instant farewell(Provider provider, PodAttempt attempt, String container) {
    return await("the last words of " + container)
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                read(provider, attempt, container).lines().stream()
                    .filter(line -> text(line).equals("bye"))
                    .map(LogLine::time)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }
}
