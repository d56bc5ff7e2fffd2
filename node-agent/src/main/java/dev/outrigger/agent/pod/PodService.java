package dev.outrigger.agent.pod;

import dev.outrigger.agent.api.ApiServer;
import dev.outrigger.agent.kubelet.NodePods;
import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.resolve.ConfigSource;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.Sweep;
import dev.outrigger.agent.resolve.TokenSource;
import dev.outrigger.agent.status.StatusOverlay;
import dev.outrigger.agent.status.StatusWriter;
import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Pods of one virtual node, from watch to backend. {@link #start} returns at once; both sides
 * are listed in the background before anything is started or stopped.
 */
public final class PodService implements NodePods, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodService.class);
  private static final Duration LIST_RETRY = Duration.ofSeconds(2);

  private final NodeFacts node;
  private final Provider provider;
  private final PodController controller;
  private final NodePodSource source;
  private final Optional<VolumeUpdates> updates;
  private final LogPace unlisted;
  private final Thread starter;
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile @Nullable Subscription subscription;

  /**
   * @param configs where ConfigMaps and Secrets come from
   * @param tokens where service-account tokens come from, for a provider that takes any
   * @param orphanGrace how long a workload without a Pod is left alone
   */
  public PodService(
      KubernetesClient client,
      NodeFacts node,
      Provider provider,
      ConfigSource configs,
      TokenSource tokens,
      PodEvents events,
      Duration orphanGrace,
      Clock clock) {
    ApiServer api = new ApiServer(client);
    this.node = node;
    this.provider = provider;
    boolean live = provider.capabilities().has(Trait.LIVE_VOLUMES);
    Optional<TokenSource> usable = Optional.of(tokens).filter(t -> live);
    this.controller =
        new PodController(
            new PodParts(
                node,
                provider,
                new PodResolver(configs, usable, node),
                new PodApi(client, api, node.name()),
                new PodReporter(
                    new StatusWriter(api),
                    new PodNews(events),
                    node.hostIp(),
                    provider.capabilities().has(Trait.ONE_SHOT),
                    clock),
                new Admission(node::allocatable),
                events,
                orphanGrace,
                clock));
    this.source = new NodePodSource(client, node.name(), controller);
    this.updates =
        live
            ? Optional.of(
                new VolumeUpdates(
                    sweep -> new PodResolver(sweep, usable, node),
                    new Sweep(configs),
                    provider::updateVolumes,
                    this::running,
                    events))
            : Optional.empty();
    this.unlisted = new LogPace(clock);
    this.starter = Thread.ofVirtual().name("pods-start-" + node.name()).unstarted(this::open);
  }

  public void start() {
    starter.start();
  }

  private void open() {
    try {
      source.start();
      List<Workload> before = listed();
      before.forEach(controller::observed);
      subscription = provider.watch(controller);
      controller.open();
      opened.countDown();
      updates.ifPresent(u -> u.start(node.name()));
      LOG.atInfo().addKeyValue("node", node.name()).log("Pods and workloads listed; serving");
      if (!before.isEmpty()) {
        vanished(before, listed()).forEach(controller::gone);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("node", node.name()).log("Pods cannot be served");
    }
  }

  /** What was listed before the watch began and vanished by then: no watch tells of it. */
  static Set<PodAttempt> vanished(List<Workload> before, List<Workload> now) {
    Set<PodAttempt> missing = new LinkedHashSet<>();
    before.forEach(w -> missing.add(w.attempt()));
    now.forEach(w -> missing.remove(w.attempt()));
    return missing;
  }

  /** The Pods whose volumes somebody may be reading. */
  private List<VolumeUpdates.Running> running() {
    List<VolumeUpdates.Running> running = new ArrayList<>();
    controller.forEach(entry -> entry.running().ifPresent(running::add));
    return running;
  }

  private List<Workload> listed() throws InterruptedException {
    while (true) {
      try {
        return provider.list();
      } catch (ProviderException | RuntimeException e) {
        if (unlisted.isDue(String.valueOf(e.getMessage()))) {
          LOG.atWarn()
              .addKeyValue("node", node.name())
              .addKeyValue("error", e.getMessage())
              .log("the backend cannot be listed; no Pod is started before it can");
        }
        Thread.sleep(LIST_RETRY);
      }
    }
  }

  /** Whether Pods are being acted on, and the watch on them lives. */
  public boolean isServing() {
    return opened.getCount() == 0 && source.isWatching();
  }

  public int queueDepth() {
    return controller.queueDepth();
  }

  @Override
  public List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    controller.forEach(entry -> view(entry).ifPresent(pods::add));
    return pods;
  }

  @Override
  public Optional<Pod> find(String namespace, String name) {
    Pod[] found = new Pod[1];
    controller.forEach(
        entry -> {
          if (entry.key().name().equals(name) && entry.key().namespace().equals(namespace)) {
            view(entry).ifPresent(pod -> found[0] = pod);
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private static Optional<Pod> view(PodEntry entry) {
    return Optional.ofNullable(entry.pod())
        .map(
            pod ->
                new PodBuilder(pod)
                    .withStatus(StatusOverlay.of(pod.getStatus(), entry.shown()))
                    .build());
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
  public Map<Facility, String> lacks() {
    return provider.capabilities().lacks();
  }

  /** Stops acting. Workloads go on. */
  @Override
  public void close() {
    starter.interrupt();
    updates.ifPresent(VolumeUpdates::close);
    source.close();
    Subscription watching = subscription;
    if (watching != null) {
      watching.close();
    }
    controller.close();
    provider.close();
  }
}
