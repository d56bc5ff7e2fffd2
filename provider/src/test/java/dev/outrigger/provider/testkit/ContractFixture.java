package dev.outrigger.provider.testkit;

import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the kit asks of the provider under test, and how its tests wait for things. Its tests run
 * several at once, which no backend may mind.
 */
@Execution(ExecutionMode.CONCURRENT)
abstract class ContractFixture {

  private final Deque<Provider> opened = new ArrayDeque<>();
  private final Queue<PodAttempt> used = new ConcurrentLinkedQueue<>();

  /**
   * Another instance on the same backend and with the same node name, as after a restart of the
   * agent. The kit closes it.
   */
  protected abstract Provider newProvider() throws Exception;

  /**
   * How often the backend has really started this attempt. Counted where it runs, not asked for.
   */
  protected abstract int startsOf(PodAttempt attempt) throws Exception;

  /** An instance of another node on the same backend, if the backend can be shared by nodes. */
  protected Optional<Provider> newProviderOfAnotherNode() throws Exception {
    return Optional.empty();
  }

  /** How long the backend may take to start or stop something. */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  /** A Pod that runs until it is deleted. */
  protected PodWork sleep(PodAttempt attempt) {
    return PodWorks.sleep(attempt);
  }

  /** A Pod that ends by itself with this exit code. */
  protected PodWork exit(PodAttempt attempt, int code) {
    return PodWorks.exit(attempt, code);
  }

  /** A Pod that writes these lines and ends with 0. */
  protected PodWork print(PodAttempt attempt, String... lines) {
    return PodWorks.print(attempt, lines);
  }

  /** A Pod that writes these lines and runs until it is deleted. */
  protected PodWork printAndSleep(PodAttempt attempt, String... lines) {
    return PodWorks.printAndSleep(attempt, lines);
  }

  /** A Pod that ends by a signal from inside, if the backend has processes with signals. */
  protected Optional<PodWork> killsItself(PodAttempt attempt, String signal) {
    return Optional.of(PodWorks.shell(attempt, "kill -s " + signal + " $$"));
  }

  /**
   * Whether exec runs programs in the container, as the kit's commands are. Where it is something
   * else, the provider tests itself what it is; what holds of any exec is asked of it all the same.
   */
  protected boolean execRunsPrograms() {
    return true;
  }

  /** Whether what runs is measured; a backend may learn what was used only at the end. */
  protected boolean measuresWhatRuns() {
    return true;
  }

  /** What the backend reports of a container that ended with {@code code}. */
  protected OptionalInt reportedExitCode(int code) {
    return OptionalInt.of(code);
  }

  /** What the backend reports of a container that was deleted without grace. */
  protected OptionalInt exitCodeOfKilled() {
    return OptionalInt.of(137);
  }

  /** The names of the lines that {@link #print} wrote, or more; some backends add their own. */
  protected boolean isOwnLine(String text) {
    return true;
  }

  /**
   * Makes the backend lose the outcome of a running attempt, which thereby ends.
   *
   * @return whether that is possible here
   */
  protected boolean loseOutcome(PodAttempt attempt) throws Exception {
    return false;
  }

  /** A Pod that the backend cannot honour. */
  protected PodWork refused(PodAttempt attempt) {
    return PodWorks.withHostNetwork(sleep(attempt));
  }

  /** The field for which {@link #refused} is refused. */
  protected String refusedPath() {
    return "spec.hostNetwork";
  }

  /** A new provider that is closed after the test. */
  final Provider open() throws Exception {
    Provider provider = newProvider();
    opened.push(provider);
    return provider;
  }

  final Provider opened(Provider provider) {
    opened.push(provider);
    return provider;
  }

  /** An attempt that is deleted after the test. */
  final PodAttempt attempt(String name) {
    PodAttempt attempt = PodWorks.newAttempt(name);
    used.add(attempt);
    return attempt;
  }

  final Optional<Workload> find(Provider provider, PodAttempt attempt) throws ProviderException {
    return provider.list().stream().filter(w -> w.attempt().equals(attempt)).findFirst();
  }

  final Workload awaitRunning(Provider provider, PodAttempt attempt) {
    await(attempt + " to run")
        .atMost(patience())
        .until(() -> find(provider, attempt).filter(ContractFixture::isRunning).isPresent());
    return known(provider, attempt);
  }

  final ContainerState.Terminated awaitTerminated(Provider provider, PodAttempt attempt) {
    await(attempt + " to end")
        .atMost(patience())
        .until(() -> find(provider, attempt).filter(Workload::isTerminated).isPresent());
    var containers = known(provider, attempt).containers();
    return (ContainerState.Terminated) containers.getLast().state();
  }

  private Workload known(Provider provider, PodAttempt attempt) {
    try {
      return find(provider, attempt).orElseThrow();
    } catch (ProviderException e) {
      throw new AssertionError("list failed for " + attempt, e);
    }
  }

  static boolean isRunning(Workload workload) {
    return workload.containers().stream()
        .anyMatch(c -> c.state() instanceof ContainerState.Running);
  }

  @AfterEach
  final void deleteAndClose() throws Exception {
    Provider cleaner = newProvider();
    try {
      for (PodAttempt attempt : used) {
        cleaner.delete(attempt.key(), Duration.ZERO);
      }
      await("everything of this test to end")
          .atMost(patience())
          .until(
              () ->
                  cleaner.list().stream()
                      .filter(w -> used.contains(w.attempt()))
                      .allMatch(Workload::isTerminated));
    } finally {
      cleaner.close();
      opened.forEach(Provider::close);
    }
  }
}
