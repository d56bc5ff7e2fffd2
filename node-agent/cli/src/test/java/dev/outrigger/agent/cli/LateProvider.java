package dev.outrigger.agent.cli;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Does not say what it can do before it has arrived, and then that it has 7 Pods' room. */
final class LateProvider implements Provider {

  final AtomicInteger asked = new AtomicInteger();
  volatile boolean arrived;
  volatile boolean closed;
  private final Consumer<String> calls;

  /**
   * @param calls told of every call but those that ask for the capabilities
   */
  LateProvider(Consumer<String> calls) {
    this.calls = calls;
  }

  @Override
  public Capabilities capabilities() {
    if (!arrived) {
      calls.accept("capabilities before they are known");
    }
    return new Capabilities(
        Map.of("pods", "9"), Optional.empty(), Duration.ZERO, Map.of("zone", "late"));
  }

  @Override
  public Capabilities askCapabilities() throws ProviderException {
    asked.incrementAndGet();
    if (!arrived) {
      throw new ProviderException.Unavailable("away", null);
    }
    return capabilities();
  }

  @Override
  public Optional<NodeStateSource> nodeState() {
    return Optional.of(
        () -> {
          calls.accept("state");
          return new NodeState(Map.of("pods", "7"), List.of());
        });
  }

  @Override
  public void check(PodWork work) {
    calls.accept("check");
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    calls.accept("create");
    throw new ProviderException.Unavailable("creates nothing", null);
  }

  @Override
  public void delete(PodKey key, Duration grace) {
    calls.accept("delete");
  }

  @Override
  public List<Workload> list() {
    calls.accept("list");
    return List.of();
  }

  @Override
  public Subscription watch(StatusSink sink) {
    return () -> {};
  }

  @Override
  public void close() {
    closed = true;
  }
}
