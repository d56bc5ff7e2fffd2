package dev.outrigger.agent.kubelet.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Generated frames against the protocols' state machines. A long run: {@code ./mvnw -pl node-agent
 * -am test -Dtest=MalformedFramesTest -Doutrigger.test.timeout=1h -Doutrigger.fuzz.frames=10000000
 * -Doutrigger.fuzz.seed=1 -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class MalformedFramesTest {

  private static final long FRAMES = Long.getLong("outrigger.fuzz.frames", 25_000);
  private static final long SEED = Long.getLong("outrigger.fuzz.seed", 20261121);

  @Test
  void malformedFramesCloseTheirConnectionAndNothingElse() {
    FrameFuzz fuzz = new FrameFuzz(SEED);

    fuzz.run(FRAMES);

    assertThat(fuzz.closedByMalformed).isPositive();
    System.out.printf(
        "fuzz: seed %d, %d frames, %d connections, %d closed by a malformed frame%n",
        SEED, fuzz.frames, fuzz.connections, fuzz.closedByMalformed);
  }
}
