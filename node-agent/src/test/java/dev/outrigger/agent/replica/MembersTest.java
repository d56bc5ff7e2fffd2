package dev.outrigger.agent.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.agent.api.ManualClock;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class MembersTest {

  private final FakeLeases leases = new FakeLeases();
  private final ManualClock time = new ManualClock();
  private final Candidate a = new Candidate("a", leases, time);
  private final Candidate b = new Candidate("b", leases, time);

  @Test
  void aloneNobodyFollows() {
    a.members.step(true);
    assertThat(a.members.anotherIsAlive()).isFalse();
    assertThat(a.members.hasJoined()).isTrue();
  }

  @Test
  void anotherThatRenewsItsLeaseFollowsWhateverItsClockSays() {
    Candidate old = new Candidate("old", leases, new ManualClock("2020-01-01T00:00:00Z"));
    for (int i = 0; i < 10; i++) {
      time.passSeconds(10);
      old.members.step(false);
      a.members.step(true);
    }
    assertThat(a.members.anotherIsAlive()).isTrue();
    assertThat(leases.names()).containsExactly("agents-a", "agents-old");
  }

  @Test
  void oneThatWasKilledIsForgottenAndItsLeaseSweptByTheLeader() {
    b.members.step(false);
    a.members.step(false);
    time.passSeconds(30);
    assertThat(a.members.anotherIsAlive()).isFalse();
    a.members.step(false);
    assertThat(leases.names()).contains("agents-b");
    a.members.step(true);
    assertThat(leases.names()).containsExactly("agents-a");
  }

  @Test
  void oneThatWasSweptByMistakeJoinsAgain() {
    b.members.step(false);
    leases.remove("agents-b");
    b.members.step(false);
    a.members.step(true);
    assertThat(a.members.anotherIsAlive()).isTrue();
  }

  @Test
  void oneThatLeftIsNotWaitedFor() {
    a.members.step(true);
    b.members.step(false);
    b.members.leave();
    assertThat(a.members.anotherIsAlive()).isFalse();
    assertThat(leases.names()).containsExactly("agents-a");
  }

  @Test
  void leaderWhoseLeaseExpiredIsNoSuccessorOfItsSuccessor() {
    a.look();
    a.members.step(true);
    b.look();
    b.members.step(false);
    time.passSeconds(15);
    b.look();
    assertThat(b.leads()).isTrue();
    assertThat(b.members.anotherIsAlive()).isFalse();
  }

  @Test
  void oneThatCannotRenewIsNotReady() {
    a.members.step(false);
    leases.away(true);
    time.passSeconds(30);
    assertThatThrownBy(() -> a.members.step(false)).isInstanceOf(KubernetesClientException.class);
    assertThat(a.members.hasJoined()).isFalse();
  }
}
