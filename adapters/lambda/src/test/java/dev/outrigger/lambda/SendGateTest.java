package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SendGateTest {

  private final SendGate gate = new SendGate();

  private List<SendGate.Pass> full() throws Exception {
    List<SendGate.Pass> passes = new ArrayList<>();
    for (int i = 0; i < SendGate.WIDTH; i++) {
      passes.add(gate.enter());
    }
    return passes;
  }

  private CompletableFuture<SendGate.Pass> entering() {
    CompletableFuture<SendGate.Pass> entered = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                entered.complete(gate.enter());
              } catch (ProviderException e) {
                entered.completeExceptionally(e);
              }
            });
    return entered;
  }

  @Test
  void whoeverLeavesLetsOneIn() throws Exception {
    List<SendGate.Pass> passes = full();
    CompletableFuture<SendGate.Pass> first = entering();
    CompletableFuture<SendGate.Pass> second = entering();

    passes.getFirst().leave();
    passes.getFirst().leave();

    assertThat(CompletableFuture.anyOf(first, second).get(60, TimeUnit.SECONDS)).isNotNull();
    assertThat(first.isDone() && second.isDone()).as("leaving twice counts once").isFalse();
    passes.getLast().leave();
    assertThat(CompletableFuture.allOf(first, second).get(60, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void whoIsInterruptedBeforeItHasNothingClaimed() throws Exception {
    full();
    Thread.currentThread().interrupt();

    assertThatThrownBy(gate::enter).isInstanceOf(ProviderException.Unavailable.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
