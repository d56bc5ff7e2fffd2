package dev.outrigger.testbed.bench;

import dev.outrigger.testbed.TestbedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Creates Pods on a contestant's node, waits until a watch has seen all of them Running, deletes.
 */
final class Rounds implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PODS = "/api/v1/namespaces/bench/pods";

  private final BenchApi api;
  private final Contestant contestant;
  private final BenchWatch watch;
  private final Map<String, Long> running = new ConcurrentHashMap<>();
  private final AtomicInteger sequence = new AtomicInteger();
  private volatile CountDownLatch allRunning = new CountDownLatch(0);
  private volatile CountDownLatch allGone = new CountDownLatch(0);

  Rounds(BenchApi api, Contestant contestant) {
    this.api = api;
    this.contestant = contestant;
    this.watch =
        api.watch(
            "/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3D" + contestant.node(),
            this::seen);
  }

  private void seen(String event) {
    long now = System.nanoTime();
    int start = event.indexOf("\"name\":\"") + 8;
    String name = event.substring(start, event.indexOf('"', start));
    if (event.startsWith("{\"type\":\"DELETED\"")) {
      allGone.countDown();
    } else if (event.contains("\"phase\":\"Running\"") && running.putIfAbsent(name, now) == null) {
      allRunning.countDown();
    }
  }

  /** As fast as the connections go; or, with a rate above 0, so many a second. */
  Round run(int pods, int perSecond) {
    Requests requestsBefore = Requests.now(api);
    Duration cpuBefore = ProcessFigures.cpu(contestant.pid());
    allRunning = new CountDownLatch(pods);
    long start = System.nanoTime();
    Map<String, Long> created = create(pods, perSecond);
    await(allRunning, "Running");
    Duration cpu = ProcessFigures.cpu(contestant.pid()).minus(cpuBefore);
    Requests requests = Requests.now(api).since(requestsBefore);
    long last = created.keySet().stream().mapToLong(this::seenRunning).max().orElse(start);
    long[] latencies = latencies(created);
    Duration cpuMiddle = ProcessFigures.cpu(contestant.pid());
    Requests requestsMiddle = Requests.now(api);
    delete(List.copyOf(created.keySet()));
    return new Round(
        pods,
        Duration.ofNanos(last - start),
        latencies,
        cpu,
        requests,
        ProcessFigures.cpu(contestant.pid()).minus(cpuMiddle),
        Requests.now(api).since(requestsMiddle));
  }

  private long seenRunning(String pod) {
    return running.getOrDefault(pod, 0L);
  }

  private long[] latencies(Map<String, Long> created) {
    return created.entrySet().stream()
        .mapToLong(e -> seenRunning(e.getKey()) - e.getValue())
        .toArray();
  }

  private Map<String, Long> create(int pods, int perSecond) {
    Map<String, Long> created = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    onEachConnection(
        connection -> {
          for (int i = next.getAndIncrement(); i < pods; i = next.getAndIncrement()) {
            if (perSecond > 0) {
              pause(start + i * 1_000_000_000L / perSecond);
            }
            String name = "bench-" + sequence.incrementAndGet();
            created.put(name, System.nanoTime());
            api.send(connection, "POST", PODS, "application/json", pod(name));
          }
        });
    return created;
  }

  private void delete(List<String> names) {
    allGone = new CountDownLatch(names.size());
    AtomicInteger next = new AtomicInteger();
    onEachConnection(
        connection -> {
          for (int i = next.getAndIncrement(); i < names.size(); i = next.getAndIncrement()) {
            api.send(
                connection,
                "DELETE",
                PODS + "/" + names.get(i),
                "application/json",
                "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":30}");
          }
        });
    await(allGone, "gone");
  }

  private interface Work {
    void on(int connection);
  }

  private void onEachConnection(Work work) {
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < api.connections(); i++) {
      int connection = i;
      threads.add(
          Thread.ofVirtual()
              .name("bench-connection-" + i)
              .start(
                  () -> {
                    try {
                      work.on(connection);
                    } catch (RuntimeException e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    }
    if (failure.get() != null) {
      throw new TestbedException("the benchmark's own requests failed", failure.get());
    }
  }

  private static void pause(long until) {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void await(CountDownLatch latch, String what) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try {
      while (!latch.await(1, TimeUnit.SECONDS)) {
        watch.check();
        if (System.nanoTime() > deadline) {
          throw new TestbedException(
              latch.getCount() + " Pods are not " + what + " after " + LIMIT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestbedException("interrupted", e);
    }
  }

  private String pod(String name) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"spec\":{\"nodeName\":\""
        + contestant.node()
        + "\",\"automountServiceAccountToken\":false,\"containers\":[{\"name\":\"main\","
        + "\"image\":\"busybox\",\"command\":[\"sleep\",\"1000\"]}]}}";
  }

  @Override
  public void close() {
    watch.close();
  }
}
