package dev.outrigger.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.RecordingLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs Pods with mounts, in every way in which this host permits them. */
abstract class MountFixture {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path root;
  private Optional<Provider> opened = Optional.empty();

  /** How long records of what was deleted are kept. */
  Duration keep = Duration.ofHours(1);

  static List<String> ways() {
    return MountNamespaces.ALL;
  }

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

  final Provider open(String way) {
    MountNamespaces namespaces = MountNamespaces.tried(List.of(way));
    assumeTrue(namespaces.arePermitted(), namespaces.refusal());
    return open(namespaces);
  }

  final Provider open(MountNamespaces namespaces) {
    Provider provider =
        new LocalProvider(new ProviderContext("node", Clock.systemUTC()), config(), namespaces);
    opened = Optional.of(provider);
    return provider;
  }

  private LocalConfig config() {
    return new LocalConfig(root, keep, Optional.empty(), Duration.ofMillis(100));
  }

  final HostStore store() {
    return new HostStore("node", config(), MountNamespaces.none("not needed"), Clock.systemUTC());
  }

  final void create(MountedPod pod) throws Exception {
    opened.orElseThrow().create(pod.work());
  }

  final Terminated end(PodAttempt attempt) throws Exception {
    await().atMost(PATIENCE).until(() -> state(attempt) instanceof Terminated);
    return (Terminated) state(attempt);
  }

  final Object state(PodAttempt attempt) throws Exception {
    return opened.orElseThrow().list().stream()
        .filter(w -> w.attempt().equals(attempt))
        .flatMap(w -> w.containers().stream())
        .filter(c -> c.name().equals("main"))
        .findFirst()
        .orElseThrow()
        .state();
  }

  static ExecOutcome sh(Provider provider, PodAttempt attempt, FakeClient client, String script)
      throws Exception {
    var request = new ExecRequest(attempt, "main", List.of("sh", "-c", script), false);
    return provider.exec().orElseThrow().exec(request, client);
  }

  final List<String> texts(PodAttempt attempt) throws Exception {
    RecordingLog log = new RecordingLog();
    opened
        .orElseThrow()
        .logs()
        .orElseThrow()
        .read(
            new dev.outrigger.provider.LogQuery(
                attempt, "main", Optional.empty(), OptionalInt.empty(), false),
            log);
    return log.texts();
  }

  final Provider provider() {
    return opened.orElseThrow();
  }
}
