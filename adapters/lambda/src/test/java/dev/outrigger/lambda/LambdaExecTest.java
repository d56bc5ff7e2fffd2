package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.provider.Workload;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingLog;
import dev.outrigger.simulator.journal.JournalEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** exec on Lambda: one more invocation of the Pod's function. */
class LambdaExecTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SimulatedLambda aws = new SimulatedLambda();
  private Provider provider = aws.provider("node");
  private final PodAttempt attempt = PodWorks.newAttempt("runs");

  @BeforeEach
  void startAPod() throws Exception {
    run(SimulatedLambda.pod(attempt, "{\"lines\":[\"own\"],\"sleep\":50}"));
  }

  @AfterEach
  void stop() {
    provider.close();
    aws.close();
  }

  @Test
  void standardInputIsThePayloadAndTheAnswerComesAsItIs() throws Exception {
    FakeClient client = sending("{\"lines\":[\"hello\"],\"answer\":{\"sum\":7}}");

    ExecOutcome outcome = exec(client, "ignored");

    assertThat(outcome).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(client.out()).isEqualTo("{\"sum\": 7}");
    assertThat(client.err()).contains("hello\n").contains("platform.report").doesNotContain("own");
  }

  @Test
  void withoutInputTheCommandIsThePayload() throws Exception {
    for (FakeClient client : List.of(FakeClient.reading(), sending(""))) {
      assertThat(exec(client, "say", "it's \"so\"")).isEqualTo(new ExecOutcome.Exited(0));
      assertThat(client.out()).isEqualTo("[\"say\", \"it's \\\"so\\\"\"]");
    }
  }

  @Test
  void anErrorOfTheFunctionIsExitCodeOneAndIsTold() throws Exception {
    FakeClient client = sending("{\"error\":\"no such order\"}");

    assertThat(exec(client, "x")).isEqualTo(new ExecOutcome.Exited(1));

    assertThat(client.out()).isEmpty();
    assertThat(client.err()).contains("\"errorMessage\": \"no such order\"").contains("ValueError");
    assertThat(runs()).isTrue();
  }

  @Test
  void whatLambdaWouldNotTakeIsRefusedBeforeItIsSent() {
    InputStream huge = new ByteArrayInputStream(new byte[Payload.MOST + 1]);
    assertThatThrownBy(() -> exec(FakeClient.sending(huge), "x"))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageContaining("at most 6 MB (6,291,456 bytes)");
    assertThatThrownBy(() -> exec(sending("{\"half\":"), "x"))
        .isInstanceOf(ProviderException.Invalid.class)
        .hasMessageContaining("is not JSON");
    FakeClient terminal =
        FakeClient.terminal(InputStream.nullInputStream(), new TerminalSize(9, 9));
    var onTerminal = new ExecRequest(attempt, PodWorks.CONTAINER, List.of("x"), true);
    assertThatThrownBy(() -> provider.exec().orElseThrow().exec(onTerminal, terminal))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageContaining("leave out -t");
    assertThat(invocations()).isEqualTo(1);
  }

  @Test
  void aPayloadOfTheFullSizeIsTaken() throws Exception {
    InputStream payload =
        new SequenceInputStream(
            new ByteArrayInputStream("{\"answer\":1}".getBytes(StandardCharsets.UTF_8)),
            new ByteArrayInputStream(
                " ".repeat(Payload.MOST - 12).getBytes(StandardCharsets.UTF_8)));
    FakeClient client = FakeClient.sending(payload);

    assertThat(exec(client, "x")).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(client.out()).isEqualTo("1");
  }

  @Test
  void fewLargePayloadsAreHeldAtOnce() throws Exception {
    ExecPayloads payloads = new ExecPayloads();
    byte[] large = ("\"" + "x".repeat(100_000) + "\"").getBytes(StandardCharsets.UTF_8);
    List<ExecPayloads.Held> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      held.add(payloads.read(Optional.of(new ByteArrayInputStream(large)), List.of()));
    }
    assertThatThrownBy(() -> payloads.read(Optional.of(new ByteArrayInputStream(large)), List.of()))
        .isInstanceOf(ProviderException.QuotaExceeded.class);
    InputStream broken = new ByteArrayInputStream(new byte[100_000]);
    held.removeFirst().close();
    assertThatThrownBy(() -> payloads.read(Optional.of(broken), List.of()))
        .isInstanceOf(ProviderException.Invalid.class);

    assertThat(payloads.read(Optional.of(new ByteArrayInputStream(large)), List.of()).bytes())
        .isEqualTo(large);
  }

  @Test
  void aClientThatGoesWhileItIsSendingInvokesNothing() throws Exception {
    try (PipedOutputStream pipe = new PipedOutputStream();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      PipedInputStream input = new PipedInputStream(pipe);
      var running = threads.submit(() -> exec(FakeClient.sending(input), "x"));
      pipe.write("1".getBytes(StandardCharsets.UTF_8));
      pipe.flush();
      await().atMost(PATIENCE).until(() -> input.available() == 0);
      assertThat(running.cancel(true)).isTrue();
      pipe.close();
    }

    assertThat(invocations()).isEqualTo(1);
  }

  @Test
  void execIsNoPartOfThePodsOwnLogAndOutcome(@TempDir Path folder) throws Exception {
    PodAttempt other = PodWorks.newAttempt("ends");
    Path end = folder.resolve("end");
    run(SimulatedLambda.pod(other, "{\"lines\":[\"mine\"],\"until\":\"%s\"}".formatted(end)));

    FakeClient client = sending("{\"lines\":[\"yours\"],\"exit\":3}");
    assertThat(exec(other, client, "x")).isEqualTo(new ExecOutcome.Exited(1));
    provider.close();
    provider = aws.provider("node");
    Files.createFile(end);

    var state = (ContainerState.Terminated) ended(other).containers().getFirst().state();
    assertThat(state.exitCode()).hasValue(0);
    assertThat(log(other)).containsExactly("mine");
    assertThat(aws.starts(other)).isEqualTo(1);
  }

  @Test
  void thePodsOwnKeysInvokeAndAreNotReplacedByTheNodesAfterARestart() throws Exception {
    PodAttempt owned = PodWorks.newAttempt("owned");
    run(withKeys(SimulatedLambda.pod(owned, "{\"sleep\":50}")));

    assertThat(exec(owned, FakeClient.reading(), "x")).isEqualTo(new ExecOutcome.Exited(0));
    assertThat(aws.simulator.journal().calls("lambda", "Invoke"))
        .extracting(JournalEntry.Call::accessKeyId)
        .containsExactly("AKIAPOD");
    long before = invocations();
    provider.close();
    provider = aws.provider("node");

    assertThatThrownBy(() -> exec(owned, FakeClient.reading(), "x"))
        .isInstanceOf(ProviderException.Unsupported.class)
        .hasMessageContaining("the Pod's own AWS keys");
    assertThat(invocations()).isEqualTo(before);
    assertThat(exec(FakeClient.reading(), "x")).isEqualTo(new ExecOutcome.Exited(0));
  }

  @Test
  void aClaimTellsTheNextProcessAllThatAnExecNeeds() {
    var details =
        new Claim.Details(
            attempt,
            "main",
            "f",
            Optional.of("live"),
            true,
            "/group",
            "r",
            9,
            true,
            Optional.empty());

    assertThat(ClaimCodec.read(ClaimCodec.write(new ClaimEvent.Claimed(details))))
        .contains(new ClaimEvent.Claimed(details));
  }

  private void run(PodWork work) throws Exception {
    provider.create(work);
    await().atMost(PATIENCE).until(() -> aws.starts(work.attempt()) == 1);
  }

  private static PodWork withKeys(PodWork work) {
    ContainerWork container = work.containers().getFirst();
    var env =
        List.of(
            new EnvVariable("AWS_ACCESS_KEY_ID", SensitiveText.plain("AKIAPOD")),
            new EnvVariable("AWS_SECRET_ACCESS_KEY", SensitiveText.sensitive("secret")));
    ContainerWork with =
        new ContainerWork(
            container.name(),
            container.image(),
            container.command(),
            container.args(),
            container.workingDir(),
            env);
    return new PodWork(work.attempt(), work.pod(), List.of(), List.of(with), work.volumes());
  }

  private ExecOutcome exec(ContainerStreams client, String... command) throws Exception {
    return exec(attempt, client, command);
  }

  private ExecOutcome exec(PodAttempt pod, ContainerStreams client, String... command)
      throws Exception {
    var request = new ExecRequest(pod, PodWorks.CONTAINER, List.of(command), false);
    return provider.exec().orElseThrow().exec(request, client);
  }

  private static FakeClient sending(String text) {
    return FakeClient.sending(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private long invocations() {
    return aws.simulator.journal().starts().stream()
        .filter(s -> s.service().equals("lambda"))
        .count();
  }

  private boolean runs() throws ProviderException {
    return workload(attempt).containers().getFirst().state() instanceof ContainerState.Running;
  }

  private Workload workload(PodAttempt pod) throws ProviderException {
    return provider.list().stream().filter(w -> w.attempt().equals(pod)).findFirst().orElseThrow();
  }

  private Workload ended(PodAttempt pod) throws ProviderException {
    await().atMost(PATIENCE).until(() -> workload(pod).isTerminated());
    return workload(pod);
  }

  private List<String> log(PodAttempt pod) throws Exception {
    RecordingLog log = new RecordingLog();
    var query = new LogQuery(pod, PodWorks.CONTAINER, Optional.empty(), OptionalInt.empty(), false);
    provider.logs().orElseThrow().read(query, log);
    return log.texts();
  }
}
