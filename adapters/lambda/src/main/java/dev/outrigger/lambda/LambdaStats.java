package dev.outrigger.lambda;

import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.StatsSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What invocations used. Lambda measures memory only, and tells its peak in the report when one has
 * ended: so it is told for some minutes after the end, and as usage, since it is no working set of
 * now. CPU time is not known.
 */
final class LambdaStats implements StatsSource {

  private static final Duration TOLD = Duration.ofMinutes(5);

  private final Board board;
  private final Clock clock;

  LambdaStats(Board board, Clock clock) {
    this.board = board;
    this.clock = clock;
  }

  @Override
  public List<PodStats> stats() {
    Instant oldest = clock.instant().minus(TOLD);
    return board.all().stream().flatMap(entry -> stats(entry.claim(), oldest)).toList();
  }

  private static Stream<PodStats> stats(Claim claim, Instant oldest) {
    if (claim.details().isEmpty() || claim.ended().isEmpty()) {
      return Stream.empty();
    }
    Claim.Ended ended = claim.ended().get();
    Instant finished = ended.state().finishedAt();
    if (ended.peakMemory().isEmpty() || finished.isBefore(oldest)) {
      return Stream.empty();
    }
    Claim.Details details = claim.details().get();
    ContainerStats container =
        new ContainerStats(
            details.container(),
            ended.state().startedAt().orElse(finished),
            OptionalLong.empty(),
            OptionalLong.empty(),
            ended.peakMemory(),
            OptionalLong.empty(),
            OptionalLong.empty());
    return Stream.of(
        new PodStats(details.attempt(), finished, List.of(container), Optional.empty()));
  }
}
