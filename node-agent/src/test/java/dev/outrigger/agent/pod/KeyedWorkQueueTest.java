package dev.outrigger.agent.pod;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedWorkQueueTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void keyIsNeverHandledTwiceAtOnceAndNeverForgotten() {
    Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> wanted = new ConcurrentHashMap<>();
    Queue<String> overlaps = new ConcurrentLinkedQueue<>();
    try (KeyedWorkQueue queue =
        new KeyedWorkQueue(
            "t",
            4,
            key -> {
              AtomicInteger counter = inside.computeIfAbsent(key, k -> new AtomicInteger());
              if (counter.incrementAndGet() > 1) {
                overlaps.add(key);
              }
              seen.computeIfAbsent(key, k -> new AtomicInteger())
                  .set(requireNonNull(wanted.get(key)).get());
              counter.decrementAndGet();
            })) {
      for (int i = 0; i < 20_000; i++) {
        String key = "k" + i % 17;
        wanted.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
        queue.add(key);
      }
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  wanted.forEach(
                      (key, count) -> assertThat(count(seen, key)).isEqualTo(count.get())));
      assertThat(overlaps).isEmpty();
    }
  }

  private static int count(Map<String, AtomicInteger> counts, String key) {
    AtomicInteger count = counts.get(key);
    return count == null ? 0 : count.get();
  }

  @Test
  void keyAddedWhileItIsHandledIsHandledOnceMore() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    try (KeyedWorkQueue queue =
        new KeyedWorkQueue(
            "t",
            4,
            key -> {
              if (runs.incrementAndGet() == 1) {
                entered.countDown();
                release.await();
              }
            })) {
      queue.add("a");
      assertThat(entered.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
      queue.add("a");
      queue.add("a");
      release.countDown();
      await().atMost(SOON).until(() -> runs.get() == 2 && queue.depth() == 0);
      assertThat(runs).hasValue(2);
    }
  }

  @Test
  void soonerOfTwoDelaysWins() {
    AtomicInteger runs = new AtomicInteger();
    try (KeyedWorkQueue queue = new KeyedWorkQueue("t", 1, key -> runs.incrementAndGet())) {
      queue.addAfter("a", Duration.ofMillis(20));
      queue.addAfter("a", Duration.ofHours(1));
      await().atMost(SOON).until(() -> runs.get() == 1);
    }
  }
}
