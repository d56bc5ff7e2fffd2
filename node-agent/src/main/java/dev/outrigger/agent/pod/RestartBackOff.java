package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.time.Instant;

/**
 * When an ended workload may start again, as the kubelet paces it: the first time at once, then
 * after 10 s, doubling to 5 min; a run of 10 min or more starts over. Pure.
 */
final class RestartBackOff {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  private RestartBackOff() {}

  static Instant due(Workload ended) {
    Instant finished = Instant.EPOCH;
    boolean forgiven = false;
    for (var container : ended.containers()) {
      if (container.state() instanceof ContainerState.Terminated t) {
        finished = t.finishedAt().isAfter(finished) ? t.finishedAt() : finished;
        forgiven |=
            t.startedAt()
                .filter(s -> Duration.between(s, t.finishedAt()).compareTo(FORGIVEN_AFTER) >= 0)
                .isPresent();
      }
    }
    return forgiven ? finished : finished.plus(delay(ended.attempt().number()));
  }

  static Duration delay(int attempt) {
    if (attempt == 0) {
      return Duration.ZERO;
    }
    Duration delay = FIRST.multipliedBy(1L << Math.min(attempt - 1, 10));
    return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
  }
}
