package dev.outrigger.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.api.ManualClock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElectionTest {

  private static final String LEASE = "agents";

  private final FakeLeases leases = new FakeLeases();
  private final Candidate a = new Candidate("a", leases);
  private final Candidate b = new Candidate("b", leases);

  private void pass(Duration time) {
    a.time.pass(time);
    b.time.pass(time);
  }

  private void passSeconds(long seconds) {
    pass(Duration.ofSeconds(seconds));
  }

  @Test
  void firstOneLeadsAndTheOtherWaitsAsLongAsTheLeaseIsRenewed() {
    a.look();
    for (int i = 0; i < 60; i++) {
      passSeconds(2);
      a.look();
      b.look();
    }
    assertThat(a.mayAct()).isTrue();
    assertThat(b.leads()).isFalse();
    assertThat(b.mayAct()).isFalse();
    assertThat(leases.lease(LEASE).orElseThrow().getSpec().getLeaseTransitions()).isZero();
  }

  @Test
  void releasedLeaseIsTakenAtTheNextLook() {
    a.look();
    b.look();
    a.fence.lift();
    a.election.release();
    assertThat(a.mayAct()).isFalse();
    b.look();
    assertThat(b.mayAct()).isTrue();
    assertThat(leases.lease(LEASE).orElseThrow().getSpec())
        .satisfies(
            spec -> {
              assertThat(spec.getLeaseTransitions()).isEqualTo(1);
              assertThat(spec.getLeaseDurationSeconds()).isEqualTo(15);
            });
  }

  @Test
  void killedLeadersLeaseIsTakenOnceTheStandbyHasSeenItUnchangedForItsDuration() {
    a.look();
    b.look();
    passSeconds(14);
    b.look();
    assertThat(b.leads()).isFalse();
    passSeconds(1);
    b.look();
    assertThat(b.mayAct()).isTrue();
  }

  /** Its renewTime says that it expired an hour ago; what counts is that it changes. */
  @Test
  void standbyWhoseClockIsAnHourAheadTakesNothingFromALiveLeader() {
    Candidate ahead = new Candidate("ahead", leases, new ManualClock("2026-01-01T01:00:00Z"));
    a.look();
    for (int i = 0; i < 30; i++) {
      a.time.passSeconds(2);
      ahead.time.passSeconds(2);
      a.look();
      ahead.look();
    }
    assertThat(ahead.leads()).isFalse();
  }

  @Test
  void standbyWhoseClockIsAnHourBehindTakesOverInTime() {
    Candidate behind = new Candidate("behind", leases, new ManualClock("2025-12-31T23:00:00Z"));
    a.look();
    behind.look();
    behind.time.passSeconds(15);
    behind.look();
    assertThat(behind.mayAct()).isTrue();
  }

  @Test
  void leaderThatCannotRenewEndsAtItsDeadlineAndBeforeAnotherMayStart() {
    a.look();
    b.look();
    passSeconds(2);
    a.look(); // the last renewal that is answered
    b.look();
    leases.away(true);
    Duration tick = Duration.ofMillis(250);
    for (int i = 0; i < 39; i++) {
      pass(tick);
      a.look();
    }
    assertThat(a.mayAct()).isTrue();
    pass(tick);
    assertThat(a.mayAct()).isFalse();
    assertThat(a.halted).first().asString().contains("could not be renewed for 10000 ms");
    leases.away(false);
    b.look();
    assertThat(b.leads()).isFalse();
  }

  /** The write arrived, its answer did not: the deadline goes by what was answered. */
  @Test
  void renewalWhoseAnswerIsLostDoesNotCount() {
    a.look();
    leases.losesAnswers(true);
    for (int i = 0; i < 4; i++) {
      passSeconds(2);
      a.look();
    }
    assertThat(a.mayAct()).isTrue();
    passSeconds(2);
    assertThat(a.mayAct()).isFalse();
  }

  @Test
  void leaderWhoseAnswerWasLostOnceGoesOn() {
    a.look();
    leases.losesAnswers(true);
    passSeconds(2);
    a.look();
    leases.losesAnswers(false);
    passSeconds(2);
    a.look();
    passSeconds(9);
    assertThat(a.mayAct()).isTrue();
    assertThat(a.halted).isEmpty();
  }

  /** Stopped by SIGSTOP, a long collection or a suspended machine: its clock went on. */
  @Test
  void suspendedLeaderDoesNothingWhenItWakesAndEnds() {
    a.look();
    b.look();
    passSeconds(16);
    b.look();
    assertThat(b.mayAct()).isTrue();

    assertThat(a.mayAct()).isFalse();
    assertThat(a.halted).hasSize(1);
  }

  @Test
  void leaderThatFindsAnotherHolderEnds() {
    a.look();
    b.look();
    b.time.passSeconds(15);
    b.look();
    assertThat(b.leads()).isTrue();
    a.look();
    assertThat(a.halted).first().asString().contains("the Lease is held by b");
  }

  /** It hung in the request that would have made it the leader. */
  @Test
  void candidateThatIsAnsweredAfterItsDeadlineDoesNotActOnThat() {
    leases.meanwhile(() -> a.time.passSeconds(11));
    a.look();
    assertThat(leases.holder(LEASE)).isEqualTo("a");
    assertThat(a.leads()).isFalse();
    a.look();
    assertThat(a.mayAct()).isTrue();
  }

  @Test
  void deletedLeaseIsMadeAgainByItsLeaderAndNotTakenByAStandbyMeanwhile() {
    a.look();
    b.look();
    leases.remove(LEASE);
    passSeconds(2);
    b.look();
    assertThat(leases.names()).isEmpty();
    a.look();
    assertThat(leases.holder(LEASE)).isEqualTo("a");
    passSeconds(9);
    assertThat(a.mayAct()).isTrue();

    leases.remove(LEASE);
    passSeconds(15);
    b.look();
    assertThat(b.mayAct()).isTrue();
  }

  @Test
  void leaseOfAnAgentThatNeverLivedIsWaitedForOnce() {
    a.look();
    Candidate late = new Candidate("late", leases);
    late.time.passSeconds(500);
    late.look();
    assertThat(late.leads()).isFalse();
    late.time.passSeconds(15);
    late.look();
    assertThat(late.leads()).isTrue();
  }

  @Test
  void outageAtTheStartIsWaitedFor() {
    leases.away(true);
    a.look();
    a.look();
    assertThat(a.leads()).isFalse();
    leases.away(false);
    a.look();
    assertThat(a.mayAct()).isTrue();
  }

  @Test
  void leaseThatIsNobodysIsLeftAloneByAStandbyThatLeaves() {
    a.look();
    b.look();
    b.election.release();
    assertThat(leases.holder(LEASE)).isEqualTo("a");
  }

  /** Any order of looks, outages, lost answers, pauses and clocks of different speed. */
  @Test
  void neverDoTwoActAtOnce() {
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      FakeLeases shared = new FakeLeases();
      Candidate[] all = {
        new Candidate("a", shared),
        new Candidate("b", shared, new ManualClock("2026-01-01T05:00:00Z")),
        new Candidate("c", shared, new ManualClock("2025-01-01T00:00:00Z"))
      };
      for (int step = 0; step < 200; step++) {
        Duration passed = Duration.ofMillis(random.nextInt(3000));
        for (Candidate each : all) {
          each.time.pass(passed);
        }
        shared.away(random.nextInt(10) < 2);
        shared.losesAnswers(random.nextInt(10) < 2);
        Candidate one = all[random.nextInt(all.length)];
        if (one.halted.isEmpty()) {
          one.look();
        }
        int acting = 0;
        for (Candidate each : all) {
          acting += each.halted.isEmpty() && each.mayAct() ? 1 : 0;
        }
        assertThat(acting).as("seed " + seed + ", step " + step).isLessThanOrEqualTo(1);
      }
    }
  }
}
