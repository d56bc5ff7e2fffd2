package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether attempts follow one another no faster than a kubelet lets them: the second at once, the
 * third after 10 s, each next one after twice as long, to 5 min; none is held to that pace once one
 * has run for more than 10 min. Where the backend has forgotten one, or the clock was set, nobody
 * can say.
 */
final class PaceJudge {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration FORGIVING = Duration.ofMinutes(10);

  private PaceJudge() {}

  /**
   * @param runs all that were ever started of the Pod
   */
  static void starting(PodAttempt attempt, List<SteppedRun> runs, VirtualTime time) {
    List<Workload> before =
        runs.stream()
            .filter(r -> r.attempt.number() < attempt.number())
            .map(SteppedRun::now)
            .toList();
    boolean unclear = time.wasSet() || runs.stream().anyMatch(r -> r.removed || r.late);
    if (unclear || before.size() < 2 || before.stream().anyMatch(PaceJudge::ranForLong)) {
      return;
    }
    Instant due = ended(before).plus(pause(before.size()));
    LifeJudge.check(
        !time.instant().isBefore(due),
        "%s is started at %s, before its back-off is over at %s"
            .formatted(attempt.token(), time.instant(), due));
  }

  private static Duration pause(int before) {
    Duration pause = FIRST.multipliedBy(1L << Math.min(before - 2, 10));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }

  private static Instant ended(List<Workload> before) {
    return before.stream()
        .flatMap(PaceJudge::ends)
        .map(ContainerState.Terminated::finishedAt)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }

  private static boolean ranForLong(Workload workload) {
    return ends(workload)
        .anyMatch(
            end ->
                end.startedAt()
                    .filter(
                        start -> Duration.between(start, end.finishedAt()).compareTo(FORGIVING) > 0)
                    .isPresent());
  }

  private static Stream<ContainerState.Terminated> ends(Workload workload) {
    return workload.containers().stream()
        .flatMap(
            c ->
                Stream.concat(
                    Stream.of(c.state())
                        .filter(ContainerState.Terminated.class::isInstance)
                        .map(ContainerState.Terminated.class::cast),
                    c.last().stream()));
  }
}
