package dev.outrigger.agent.pod;

import dev.outrigger.agent.status.Starts;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When an ended attempt may start again, as the kubelet paces it (client-go's flowcontrol.Backoff):
 * the first time at once, then after 10 s, doubling to 5 min; a run longer than 10 min starts over.
 * Pure.
 */
final class RestartBackOff {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGIVEN_AFTER = LONGEST.multipliedBy(2);

  private RestartBackOff() {}

  /**
   * @param latestRun the highest restart count of its containers
   * @param forgiven the last attempt, or run, that is known to have run for long; 0 for none
   */
  static Instant due(Workload ended, int latestRun, int forgiven) {
    return finished(ended).plus(delay(latestRun, forgiven));
  }

  /** How long attempt number {@code attempt} has to wait for its successor once it has ended. */
  static Duration delay(int attempt, int forgiven) {
    int since = attempt - forgiven;
    if (since <= 0) {
      return Duration.ZERO;
    }
    Duration delay = FIRST.multipliedBy(1L << Math.min(since - 1, 10));
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }

  private static boolean forgives(Duration run) {
    return run.compareTo(FORGIVEN_AFTER) > 0;
  }

  /** Whether any container of this attempt ran for so long. */
  static boolean forgives(Workload ended) {
    return ended.isTerminated()
        && ended.containers().stream()
            .anyMatch(
                c ->
                    c.state() instanceof ContainerState.Terminated t
                        && t.startedAt()
                            .filter(start -> forgives(Duration.between(start, t.finishedAt())))
                            .isPresent());
  }

  /** The attempt before the current one, if the status says that it ran for long; else 0. */
  static int forgiven(PodStatus status) {
    return Optional.ofNullable(status.getContainerStatuses()).orElse(List.of()).stream()
        .filter(s -> s.getLastState() != null && s.getLastState().getTerminated() != null)
        .filter(s -> forgives(run(s.getLastState().getTerminated())))
        .mapToInt(s -> s.getRestartCount() - 1)
        .max()
        .orElse(0);
  }

  private static Duration run(ContainerStateTerminated end) {
    return !Starts.had(end) || end.getFinishedAt() == null
        ? Duration.ZERO
        : Duration.between(Instant.parse(end.getStartedAt()), Instant.parse(end.getFinishedAt()));
  }

  /** When the last container of an attempt ended. */
  static Instant finished(Workload ended) {
    return ended.containers().stream()
        .map(c -> c.state() instanceof ContainerState.Terminated t ? t.finishedAt() : Instant.EPOCH)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }

  /** As Go prints a duration of whole seconds: {@code 10s}, {@code 1m20s}, {@code 5m0s}. */
  static String text(Duration delay) {
    long minutes = delay.toMinutes();
    return (minutes == 0 ? "" : minutes + "m") + delay.toSecondsPart() + "s";
  }
}
