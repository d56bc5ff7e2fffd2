package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs Pods as processes of this host, whose records are in a folder of the test's own. */
abstract class HostFixture {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Sidecars are started again almost at once. */
  static final RunBackOff SHORT =
      new RunBackOff(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMinutes(10));

  @TempDir Path root;
  private Optional<Provider> opened = Optional.empty();

  /** How long records of what was deleted are kept. */
  Duration keep = Duration.ofHours(1);

  RunBackOff backOff = SHORT;

  @AfterEach
  final void stopEverything() throws Exception {
    if (opened.isPresent()) {
      Provider provider = opened.get();
      for (Workload workload : provider.list()) {
        provider.delete(workload.key(), Duration.ZERO);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> provider.list().stream().allMatch(Workload::isTerminated));
      provider.close();
    }
  }

  /** Another provider, as after a restart of the agent; from now on the one that is asked. */
  final Provider open() {
    return open(MountNamespaces.ofThisHost());
  }

  final Provider open(MountNamespaces namespaces) {
    Provider provider =
        new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config(), namespaces);
    opened = Optional.of(provider);
    return provider;
  }

  private LocalConfig config() {
    return new LocalConfig(root, keep, Optional.empty(), Duration.ofMillis(100), backOff);
  }

  final HostStore store() {
    return new HostStore("node", config(), MountNamespaces.none("not needed"), Clock.systemUTC());
  }

  /** The one that is open. */
  final Provider provider() {
    return opened.orElseThrow();
  }

  /** Where the attempt's records are. */
  final Path folder(PodAttempt attempt) {
    return root.resolve("node").resolve(attempt.token());
  }

  final void create(PodWork work) throws Exception {
    provider().create(work);
  }

  final ContainerObservation seen(PodAttempt attempt, String container) throws Exception {
    return provider().list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .flatMap(w -> w.containers().stream())
        .filter(c -> c.name().equals(container))
        .findFirst()
        .orElseThrow();
  }

  final void awaitRunning(PodAttempt attempt, String container) {
    await()
        .atMost(PATIENCE)
        .until(() -> seen(attempt, container).state() instanceof ContainerState.Running);
  }

  /** Its end, once it has ended. */
  final Terminated end(PodAttempt attempt, String container) {
    return (Terminated)
        await()
            .atMost(PATIENCE)
            .until(() -> seen(attempt, container).state(), Terminated.class::isInstance);
  }

  final Terminated end(PodAttempt attempt) {
    return end(attempt, PodWorks.CONTAINER);
  }

  /** What the container has written; nothing while it has no log yet. */
  final RecordingLog log(PodAttempt attempt, String container) throws Exception {
    RecordingLog log = new RecordingLog();
    LogQuery query = new LogQuery(attempt, container, Optional.empty(), OptionalInt.empty(), false);
    try {
      provider().logs().orElseThrow().read(query, log);
    } catch (ProviderException.NotFound notYet) {
      assertThat(log.lines()).isEmpty();
    }
    return log;
  }

  final List<String> texts(PodAttempt attempt) throws Exception {
    return log(attempt, PodWorks.CONTAINER).texts();
  }

  final ExecOutcome sh(PodAttempt attempt, FakeClient client, String script) throws Exception {
    var request = new ExecRequest(attempt, PodWorks.CONTAINER, List.of("sh", "-c", script), false);
    return provider().exec().orElseThrow().exec(request, client);
  }
}
