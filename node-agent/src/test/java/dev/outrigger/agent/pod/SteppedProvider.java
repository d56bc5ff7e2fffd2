package dev.outrigger.agent.pod;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way of one agent to the backend. */
final class SteppedProvider implements Provider {

  private final SteppedBackend backend;
  private final Step.Kind kind;

  SteppedProvider(SteppedBackend backend, Step.Kind kind) {
    this.backend = backend;
    this.kind = kind;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities plain =
        new Capabilities(Map.of(), Optional.empty(), Duration.ofHours(1), Map.of());
    return switch (kind) {
      case ONCE -> plain.with(Trait.ONE_SHOT);
      case TASKS -> plain.with(Trait.SIDECARS);
      case HOST -> plain.with(Trait.SIDECARS).with(Trait.CONTAINER_RESTARTS);
    };
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    if (Boolean.TRUE.equals(work.pod().getSpec().getHostNetwork())) {
      throw new ProviderException.Unsupported("spec.hostNetwork", "leave it out");
    }
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    return backend.create(work);
  }

  @Override
  public void stopContainer(ContainerStop stop) throws ProviderException {
    backend.stopContainer(stop);
  }

  @Override
  public void containerStarted(PodAttempt run, String container) throws ProviderException {
    backend.containerStarted(run, container);
  }

  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    backend.delete(key);
  }

  @Override
  public List<Workload> list() throws ProviderException {
    return backend.list();
  }

  @Override
  public Subscription watch(StatusSink sink) {
    throw new IllegalStateException("the schedule tells what is observed");
  }

  @Override
  public void close() {}
}
