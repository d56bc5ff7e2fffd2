package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** How tests of single containers of an attempt look at them, and wait for them. */
abstract class ContainersFixture extends StatsContract {

  final ContainerState.Terminated awaitEnd(
      Provider provider, PodAttempt attempt, String container) {
    return await("the end of " + container)
        .atMost(patience())
        .until(
            () ->
                seen(provider, attempt, container).state() instanceof ContainerState.Terminated end
                    ? end
                    : null,
            Objects::nonNull);
  }

  /** Until it has said so, and is told to run, which a backend may learn later. */
  final void awaitReady(Provider provider, PodAttempt run, String container) {
    await(container + " to be ready")
        .atMost(patience())
        .until(
            () ->
                texts(provider, run, container).contains("ready")
                    && isRunning(provider, run.key(), container));
  }

  private static boolean isRunning(Provider provider, PodKey key, String container)
      throws ProviderException {
    return provider.list().stream()
        .filter(w -> w.key().equals(key))
        .flatMap(w -> w.containers().stream())
        .anyMatch(c -> c.name().equals(container) && c.state() instanceof ContainerState.Running);
  }

  final ContainerObservation awaitRun(
      Provider provider, PodAttempt attempt, String container, int restarts) {
    return await("run %d of %s".formatted(restarts, container))
        .atMost(patience())
        .until(
            () -> seen(provider, attempt, container),
            c -> c.state() instanceof ContainerState.Running && c.restarts() == restarts);
  }

  final Provider openWithRestarts() throws Exception {
    Provider provider = open();
    assumeTrue(
        provider.capabilities().has(Trait.CONTAINER_RESTARTS), "the backend restarts nothing");
    return provider;
  }

  static PodAttempt run(PodAttempt attempt, int restarts) {
    return new PodAttempt(attempt.key(), attempt.number() + restarts);
  }

  static ContainerWork main(String name, String script) {
    return PodWorks.container(name, "sh", "-c", script);
  }

  final ContainerObservation awaitLoop(Provider provider, PodAttempt attempt, String container) {
    return await(container + " to wait for its third run")
        .atMost(patience())
        .until(
            () -> seen(provider, attempt, container),
            c ->
                c.restarts() > 0 // between the first two, which wait for nothing, may be seen too
                    && c.state() instanceof ContainerState.Waiting w
                    && w.reason().equals("CrashLoopBackOff"));
  }

  final ContainerObservation seen(Provider provider, PodAttempt attempt, String container)
      throws ProviderException {
    return find(provider, attempt).stream()
        .flatMap(w -> w.containers().stream())
        .filter(c -> c.name().equals(container))
        .findFirst()
        .orElse(
            new ContainerObservation(
                container, new ContainerState.Waiting("ContainerCreating", "")));
  }

  final Provider openWithSidecars() throws Exception {
    Provider provider = open();
    assumeTrue(provider.capabilities().has(Trait.SIDECARS), "the backend has no sidecars");
    return provider;
  }

  static String text(LogLine line) {
    return new String(line.text(), StandardCharsets.UTF_8);
  }

  static List<String> texts(Provider provider, PodAttempt attempt, String container)
      throws Exception {
    return read(provider, attempt, container).texts();
  }

  static RecordingLog read(Provider provider, PodAttempt attempt, String container)
      throws Exception {
    RecordingLog log = new RecordingLog();
    LogQuery query = new LogQuery(attempt, container, Optional.empty(), OptionalInt.empty(), false);
    try {
      provider.logs().orElseThrow().read(query, log);
    } catch (ProviderException.NotFound notYet) {
      assertThat(log.lines()).isEmpty();
    }
    return log;
  }
}
