package dev.outrigger.provider.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@link FileKeys} promises, and refusal where nothing is promised. */
abstract class FileKeyContract extends RestartContract {

  private static final String MOUNT = "/outrigger-keys";

  @Test
  void withoutTheCapabilityAVariableFromAFileIsRefusedByItsPath() throws Exception {
    Provider provider = open();
    assumeFalse(provider.capabilities().has(Trait.FILE_KEYS), "the backend reads files");
    PodWork work = reading(sleep(attempt("no-files")), key("A", "A", false));

    assertThat(catchThrowable(() -> provider.check(work)))
        .isInstanceOfSatisfying(
            ProviderException.Unsupported.class,
            refusal ->
                assertThat(refusal.path())
                    .isEqualTo("spec.containers[0].env[0].valueFrom.fileKeyRef"));
  }

  @Test
  void aContainerStartsWithWhatOneBeforeItHasWritten() throws Exception {
    Provider provider = openWithFileKeys();
    PodAttempt attempt = attempt("written");
    AtStart.Text word =
        new AtStart.Text(List.of(new AtStart.Reference("B"), known("; "), ref("NONE")));
    AtStart atStart =
        new AtStart(
            List.of(
                key("A", "COLOUR", false),
                key("B", "QUOTE", false),
                key("NONE", "ABSENT", true),
                key("EMPTY", "EMPTY", true),
                made("C", known("<"), ref("A"), known(">"), ref("NONE")),
                made("A", known("again "), ref("C"))),
            Map.of(4, word));
    ContainerWork init = write("# settings", "COLOUR='deep blue'", "QUOTE='\"$A\\'", "EMPTY=''");
    String main = "printf '%s\n' \"$1\" \"$A\" \"$B\" \"$C\" \"${NONE-unset} ${EMPTY-unset}\"";
    provider.create(
        PodWorks.withFileKeys(
            PodWorks.pod(
                attempt,
                List.of(init),
                List.of(PodWorks.container("main", "sh", "-c", main, "sh", "instead of this"))),
            MOUNT,
            "main",
            atStart));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(0));
    assertThat(texts(provider, attempt, "main"))
        .containsExactly(
            "\"$A\\; $(NONE)",
            "again <deep blue>$(NONE)",
            "\"$A\\",
            "<deep blue>$(NONE)",
            "unset unset");
  }

  @Test
  void anInitContainerReadsWhatOneBeforeItHasWritten() throws Exception {
    Provider provider = openWithFileKeys();
    PodAttempt attempt = attempt("init");
    List<ContainerWork> inits =
        List.of(write("A='1'"), PodWorks.container("reads", "sh", "-c", "echo $A"));
    provider.create(
        PodWorks.withFileKeys(
            PodWorks.pod(attempt, inits, List.of(PodWorks.container("main", "true"))),
            MOUNT,
            "reads",
            new AtStart(List.of(key("A", "A", false)), Map.of())));

    awaitTerminated(provider, attempt);
    assertThat(texts(provider, attempt, "reads")).containsExactly("1");
  }

  @Test
  void withoutAMandatoryKeyAContainerWaitsUntilItIsStopped() throws Exception {
    Provider provider = openWithFileKeys();
    PodAttempt attempt = attempt("no-key");
    PodWork work =
        PodWorks.pod(attempt, List.of(write("A='1'")), List.of(PodWorks.container("main", "true")));
    provider.create(reading(work, key("B", "B\"", false)));

    assertThat(awaitLacking(provider, attempt))
        .startsWith("environment variable key \"B\\\"\" not found in file \"/")
        .endsWith("/scratch/some.env\"");
    provider.delete(attempt.key(), Duration.ZERO);
    assertThat(awaitTerminated(provider, attempt).startedAt()).isEmpty();
  }

  @Test
  void whatIsWrongWithAFileIsToldWithoutWhatIsInIt() throws Exception {
    Provider provider = openWithFileKeys();
    PodAttempt attempt = attempt("broken");
    PodWork work =
        PodWorks.pod(
            attempt, List.of(write("A=hush hush")), List.of(PodWorks.container("main", "true")));
    provider.create(reading(work, key("A", "A", true)));

    assertThat(awaitLacking(provider, attempt)).isEqualTo("couldn't parse env file");
    assertThat(find(provider, attempt).map(Workload::toString).orElse("")).doesNotContain("hush");
  }

  @Test
  void aFileThatIsWrittenLaterIsReadThen() throws Exception {
    Provider provider = openWithFileKeys();
    PodAttempt attempt = attempt("later");
    String writes = "sleep 2; echo \"A='1'\" > " + MOUNT + "/some.env";
    List<ContainerWork> mains =
        List.of(
            PodWorks.container("writes", "sh", "-c", writes),
            PodWorks.container("main", "sh", "-c", "exit $((6 + A))"));
    provider.create(reading(PodWorks.pod(attempt, List.of(), mains), key("A", "A", false)));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(7));
  }

  @Test
  void eachRunOfAContainerReadsItsFilesAnew() throws Exception {
    Provider provider = openWithFileKeys();
    assumeTrue(provider.capabilities().has(Trait.CONTAINER_RESTARTS), "one run each");
    PodAttempt attempt = attempt("anew");
    String script = "[ $A = 2 ] || { echo \"A='2'\" > %s/some.env; exit 1; }".formatted(MOUNT);
    PodWork work =
        PodWorks.pod(
            attempt,
            List.of(write("A='1'")),
            List.of(PodWorks.container("main", "sh", "-c", script)));
    provider.create(PodWorks.withRestartPolicy(reading(work, key("A", "A", false)), "OnFailure"));

    assertThat(awaitTerminated(provider, attempt).exitCode()).isEqualTo(reportedExitCode(0));
  }

  private Provider openWithFileKeys() throws Exception {
    Provider provider = open();
    assumeTrue(provider.capabilities().has(Trait.FILE_KEYS), "the backend reads no files");
    return provider;
  }

  private static PodWork reading(PodWork work, AtStart.FileKey key) {
    return PodWorks.withFileKeys(
        work, MOUNT, PodWorks.CONTAINER, new AtStart(List.of(key), Map.of()));
  }

  private static ContainerWork write(String... lines) {
    String quoted = "'" + String.join("\n", lines).replace("'", "'\\''") + "'";
    return PodWorks.container(
        "writes", "sh", "-c", "printf '%s\n' " + quoted + " > " + MOUNT + "/some.env");
  }

  private static AtStart.FileKey key(String name, String key, boolean optional) {
    return new AtStart.FileKey(name, "scratch", "some.env", key, optional);
  }

  private static AtStart.Composed made(String name, AtStart.Part... parts) {
    return new AtStart.Composed(name, new AtStart.Text(List.of(parts)));
  }

  private static AtStart.Part known(String text) {
    return new AtStart.Known(SensitiveText.plain(text));
  }

  private static AtStart.Part ref(String name) {
    return new AtStart.Reference(name);
  }

  /** What the container waits for. */
  private String awaitLacking(Provider provider, PodAttempt attempt) throws Exception {
    await("the container to wait for what it lacks")
        .atMost(patience())
        .until(
            () ->
                find(provider, attempt).stream()
                    .flatMap(w -> w.containers().stream())
                    .anyMatch(c -> isLacking(c.state())));
    return find(provider, attempt).orElseThrow().containers().stream()
        .filter(c -> c.name().equals(PodWorks.CONTAINER))
        .map(c -> ((ContainerState.Waiting) c.state()).message())
        .findFirst()
        .orElseThrow();
  }

  private static boolean isLacking(ContainerState state) {
    return state instanceof ContainerState.Waiting waiting
        && waiting.reason().equals(FileKeys.LACKING);
  }
}
