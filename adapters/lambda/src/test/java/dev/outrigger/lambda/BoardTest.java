package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.testkit.PodWorks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A reading of the claims takes long: what is known by the time it is there counts. */
class BoardTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PodAttempt attempt = PodWorks.newAttempt("read");
  private final Claim fresh = Claim.fresh(attempt, 0, START);
  private final Claim sent = fresh.with(List.of(new ClaimEvent.Sending(START.plusSeconds(1))));
  private final Claim notRun = sent.with(List.of(new ClaimEvent.NotRun(START.plusSeconds(2))));
  private final Board board = new Board();

  @Test
  void anInvokeThatWasTakenBackIsNotTakenForSentByAnOlderReading() {
    board.put(attempt, entry(notRun, false));

    assertThat(board.adopt(attempt, entry(sent, false))).isFalse();
    assertThat(board.isDecided(attempt)).isFalse();
  }

  @Test
  void anInvokeThatSomebodySentSinceIsFollowed() {
    board.put(attempt, entry(notRun, false));
    Claim again = notRun.with(List.of(new ClaimEvent.Sending(START.plusSeconds(3))));

    assertThat(board.adopt(attempt, entry(again, false))).isTrue();
    assertThat(board.isDecided(attempt)).isTrue();
  }

  @Test
  void whoeverTookTheClaimOverKnowsMore() {
    board.put(attempt, entry(notRun, false));
    Claim taken =
        Claim.fresh(attempt, 1, START.minusSeconds(60))
            .with(List.of(new ClaimEvent.Sending(START.minusSeconds(59))));

    assertThat(board.adopt(attempt, entry(taken, false))).isTrue();
  }

  @Test
  void aClaimThatThisProcessWritesIntoIsReplacedOnlyOnceItIsReleased() {
    Claim taken = Claim.fresh(attempt, 1, START);
    board.put(attempt, entry(fresh, true));

    assertThat(board.adopt(attempt, entry(taken, false))).isFalse();
    board.release(attempt);
    assertThat(board.adopt(attempt, entry(taken, false))).isTrue();
  }

  @Test
  void whatIsDeletedIsNotSentByWhoeverHasJustTakenItsClaimOver() {
    Claim taken = Claim.fresh(attempt, 1, START);
    board.put(
        attempt, entry(fresh.with(List.of(new ClaimEvent.Deleting(START.plusSeconds(9)))), false));
    assertThat(board.reserve(attempt, entry(taken, true))).isEmpty();

    PodAttempt other = PodWorks.newAttempt("says-nothing");
    board.close(other);
    assertThat(board.reserve(other, entry(taken, true))).isEmpty();
  }

  @Test
  void aReservationThatIsTakenBackLeavesWhatWasKnown() {
    board.put(attempt, entry(notRun, false));
    Claim taken = Claim.fresh(attempt, 1, START);

    board.reserve(attempt, entry(taken, true)).orElseThrow().run();

    assertThat(board.get(attempt).orElseThrow().claim()).isEqualTo(notRun);
  }

  private static Board.Entry entry(Claim claim, boolean held) {
    return new Board.Entry(claim, new Caller(Optional.empty(), "us-west-2"), held);
  }
}
