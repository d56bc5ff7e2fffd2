package dev.outrigger.agent.replica;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A provider with a fence before everything that changes what runs. All else passes. */
final class FencedProvider implements Provider {

  private final Provider provider;
  private final Runnable fence;

  FencedProvider(Provider provider, Runnable fence) {
    this.provider = provider;
    this.fence = fence;
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    fence.run();
    return provider.create(work);
  }

  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    fence.run();
    provider.delete(key, grace);
  }

  @Override
  public void stopContainer(ContainerStop stop) throws ProviderException {
    fence.run();
    provider.stopContainer(stop);
  }

  @Override
  public void containerStarted(PodAttempt run, String container) throws ProviderException {
    fence.run();
    provider.containerStarted(run, container);
  }

  @Override
  public void updateVolumes(PodAttempt attempt, List<ResolvedVolume> volumes)
      throws ProviderException {
    fence.run();
    provider.updateVolumes(attempt, volumes);
  }

  @Override
  public Capabilities capabilities() {
    return provider.capabilities();
  }

  @Override
  public Capabilities askCapabilities() throws ProviderException {
    return provider.askCapabilities();
  }

  @Override
  public void checkFields(Pod pod) throws ProviderException {
    provider.checkFields(pod);
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    provider.check(work);
  }

  @Override
  public Map<String, String> shape(PodWork work) throws ProviderException {
    return provider.shape(work);
  }

  @Override
  public List<Workload> list() throws ProviderException {
    return provider.list();
  }

  @Override
  public Subscription watch(StatusSink sink) {
    return provider.watch(sink);
  }

  @Override
  public Optional<LogSource> logs() {
    return provider.logs();
  }

  @Override
  public Optional<ExecTarget> exec() {
    return provider.exec();
  }

  @Override
  public Optional<AttachTarget> attach() {
    return provider.attach();
  }

  @Override
  public Optional<PortTarget> ports() {
    return provider.ports();
  }

  @Override
  public Optional<StatsSource> stats() {
    return provider.stats();
  }

  @Override
  public Optional<NodeStateSource> nodeState() {
    return provider.nodeState();
  }

  @Override
  public void close() {
    provider.close();
  }
}
