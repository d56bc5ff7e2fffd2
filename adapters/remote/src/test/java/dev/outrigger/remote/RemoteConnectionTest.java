package dev.outrigger.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.testkit.FakeBackend;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteConnectionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final FakeBackend backend = new FakeBackend(Clock.systemUTC());

  @Test
  void aClientOfAnotherAuthorityIsTurnedAway() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path stranger = new TestAuthority(elsewhere, "stranger").issue("client");
    try (Served served = new Served(folder)) {
      Provider client = served.connect(served.serve(backend.provider("node"), 0), stranger);

      assertThatThrownBy(client::list).isInstanceOf(ProviderException.Unavailable.class);
    }
  }

  @Test
  void certificatesThatCannotBeUsedAreToldAtTheStartWithTheirPaths() throws Exception {
    TestAuthority authority = new TestAuthority(folder, "authority");
    Path cert = authority.issue("client");
    Path other = authority.issue("other");
    Path none = folder.resolve("absent.crt");

    assertThat(problems(none, cert, TestAuthority.keyOf(other)))
        .containsExactlyInAnyOrder(
            "nodes[0].remote.caFile: must be a file that can be read, not '" + none + "'",
            "nodes[0].remote.keyFile: must be the private key of certFile's certificate: the"
                + " private key is not the certificate's");
    assertThat(problems(TestAuthority.keyOf(cert), none, cert))
        .containsExactlyInAnyOrder(
            "nodes[0].remote.caFile: must be PEM with a certificate: no CERTIFICATE block in the"
                + " PEM",
            "nodes[0].remote.certFile: must be a file that can be read, not '" + none + "'",
            "nodes[0].remote.keyFile: must be PEM with a private key, PKCS#8; openssl pkcs8 -topk8"
                + " -nocrypt makes it so");
  }

  private static List<String> problems(Path ca, Path cert, Path key) {
    Map<String, Object> values =
        Map.of(
            "endpoint", "localhost:1",
            "caFile", ca.toString(),
            "certFile", cert.toString(),
            "keyFile", key.toString());
    Settings settings = new Settings("nodes[0].remote", values, new ArrayList<>());
    new RemoteProviderFactory()
        .create(new ProviderContext("node", Clock.systemUTC()), settings)
        .close();
    return settings.problems().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void aLostAnswerIsUnavailableAndTheSecondCreateFindsTheWorkload() throws Exception {
    try (Served served = new Served(folder)) {
      Provider client = served.connect(served.serve(backend.provider("node"), 0));
      PodWork work = PodWorks.sleep(PodWorks.newAttempt("lost-answer"));
      backend.failNextAfterEffect(
          FakeBackend.Call.CREATE, new ProviderException.Unavailable("lost", null));

      assertThatThrownBy(() -> client.create(work))
          .isInstanceOf(ProviderException.Unavailable.class);
      client.create(work);

      assertThat(backend.starts(work.attempt())).isEqualTo(1);
    }
  }

  @Test
  void aThrottledCallKeepsItsRetryAfter() throws Exception {
    try (Served served = new Served(folder)) {
      Provider client = served.connect(served.serve(backend.provider("node"), 0));
      backend.failNext(
          FakeBackend.Call.LIST,
          new ProviderException.Throttled("slow down", Optional.of(Duration.ofSeconds(7))));

      assertThatThrownBy(client::list)
          .isInstanceOfSatisfying(
              ProviderException.Throttled.class,
              t -> assertThat(t.retryAfter()).contains(Duration.ofSeconds(7)));
    }
  }

  @Test
  void aWatchOutlivesTheServerAndReportsWhatWentMeanwhile() throws Exception {
    try (Served served = new Served(folder)) {
      ProviderServer before = served.serve(backend.provider("node"), 0);
      Provider client = served.connect(before);
      PodWork gone = PodWorks.sleep(PodWorks.newAttempt("gone"));
      PodWork late = PodWorks.sleep(PodWorks.newAttempt("late"));
      RecordingSink sink = new RecordingSink();
      client.create(gone);
      try (var watch = client.watch(sink)) {
        assertThat(watch).isNotNull();
        await().atMost(PATIENCE).until(() -> !sink.of(gone.attempt()).isEmpty());
        before.close();
        backend.remove(gone.attempt());
        backend.provider("node").create(late);
        served.serve(backend.provider("node"), before.port());

        await().atMost(PATIENCE).until(() -> !sink.of(late.attempt()).isEmpty());
        await().atMost(PATIENCE).until(() -> sink.gone().contains(gone.attempt()));
      }
    }
  }

  /** Else it is up to gRPC's back-off, which grows to two minutes. */
  @Test
  void aServerThatIsBackAnswersTheNextLookAtTheNode() throws Exception {
    try (Served served = new Served(folder)) {
      ProviderServer before = served.serve(backend.provider("node"), 0);
      Provider client = served.connect(before);
      NodeStateSource source = client.nodeState().orElseThrow();
      source.state();
      before.close();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(client::list).isInstanceOf(ProviderException.Unavailable.class);
      }
      served.serve(backend.provider("node"), before.port());

      assertThatCode(source::state).doesNotThrowAnyException();
    }
  }

  @Test
  void whatAServerThatWasAwayCanDoIsUnknownUntilItIsBackAndThenKept() throws Exception {
    try (Served served = new Served(folder)) {
      ProviderServer before = served.serve(backend.provider("node"), 0);
      before.close();
      Provider client = served.connect(before);

      assertThatThrownBy(client::askCapabilities).isInstanceOf(ProviderException.Unavailable.class);
      ProviderServer back = served.serve(backend.provider("node"), before.port());
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(ProviderException.class)
          .until(() -> client.askCapabilities().has(Trait.KEEPS_ENDED));

      back.close();
      assertThat(client.askCapabilities()).isEqualTo(backend.provider("node").capabilities());
      assertThat(client.capabilities()).isEqualTo(backend.provider("node").capabilities());
    }
  }
}
