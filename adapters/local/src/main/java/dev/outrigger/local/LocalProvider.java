package dev.outrigger.local;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Pods as processes of this host. Holds no state: everything stands in the store's folder. */
final class LocalProvider implements Provider {

  private static final Duration LONGEST_GRACE = Duration.ofHours(1);
  private static final Pattern FOLDER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,127}");

  private final HostStore store;
  private final HostStats stats;
  private final MountNamespaces namespaces;
  private final Path root;
  private final Duration poll;
  private final List<HostWatch> watches = new CopyOnWriteArrayList<>();

  LocalProvider(ProviderContext context, LocalConfig config) {
    this(context, config, MountNamespaces.ofThisHost());
  }

  LocalProvider(ProviderContext context, LocalConfig config, MountNamespaces namespaces) {
    this.namespaces = namespaces;
    this.store = new HostStore(context.nodeName(), config, namespaces, context.clock());
    this.stats = new HostStats(store, context.clock());
    this.root = config.root();
    this.poll = config.poll();
  }

  @Override
  public Capabilities capabilities() {
    Capabilities always =
        new Capabilities(
                HostCapacity.read(), Optional.empty(), LONGEST_GRACE, HostCapacity.labels())
            .with(
                Trait.CLUSTER_NETWORK, Trait.SIDECARS, Trait.CONTAINER_RESTARTS, Trait.KEEPS_ENDED);
    return namespaces.arePermitted() ? always.with(Trait.LIVE_VOLUMES, Trait.FILE_KEYS) : always;
  }

  @Override
  public void checkFields(Pod pod) throws ProviderException {
    HostChecks.checkFields(pod, namespaces);
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    HostChecks.check(work, namespaces);
    requireFolderName("metadata.uid", work.key().uid());
    List<ContainerWork> all =
        Stream.concat(work.initContainers().stream(), work.containers().stream()).toList();
    for (ContainerWork container : all) {
      requireFolderName("spec.containers[].name", container.name());
    }
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    check(work);
    try {
      Workload workload = store.observe(store.claim(work));
      watches.forEach(HostWatch::nudge);
      return workload;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** One at a time: files of a volume are changed in several steps. */
  @Override
  public synchronized void updateVolumes(PodAttempt attempt, List<ResolvedVolume> volumes)
      throws ProviderException {
    try {
      store.updateVolumes(attempt, volumes);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void stopContainer(ContainerStop stop) throws ProviderException {
    try {
      Duration grace = bounded(stop.grace());
      store.onRun(
          stop.run(),
          (directory, restarts) ->
              new ContainerRun(directory, stop.container(), restarts).stop(grace, stop.again()));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void containerStarted(PodAttempt run, String container) throws ProviderException {
    try {
      store.onRun(
          run,
          (directory, restarts) -> new ContainerRun(directory, container, restarts).setStarted());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    Duration bounded = bounded(grace);
    try {
      for (AttemptDirectory directory : store.directories()) {
        if (isOf(key, directory)) {
          stop(directory, bounded);
        }
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
    watches.forEach(HostWatch::nudge);
  }

  @Override
  public List<Workload> list() throws ProviderException {
    try {
      return store.scan();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public Subscription watch(StatusSink sink) {
    HostWatch[] self = new HostWatch[1];
    HostWatch watch = HostWatch.start(store, sink, poll, () -> watches.remove(self[0]));
    self[0] = watch;
    watches.add(watch);
    return watch;
  }

  @Override
  public Optional<LogSource> logs() {
    return Optional.of(new HostLogs(store));
  }

  @Override
  public Optional<ExecTarget> exec() {
    return Optional.of(new HostExec(store));
  }

  @Override
  public Optional<AttachTarget> attach() {
    return Optional.of(new HostAttach(store));
  }

  @Override
  public Optional<PortTarget> ports() {
    return Optional.of(new HostPorts(store));
  }

  @Override
  public Optional<StatsSource> stats() {
    return Optional.of(stats);
  }

  /**
   * What the host has now, in case that was changed; no image, since none is pulled. Without its
   * folder no Pod can be run.
   */
  @Override
  public Optional<NodeStateSource> nodeState() {
    return Optional.of(
        () -> {
          try {
            RootFolder.require(root);
          } catch (IOException e) {
            throw unavailable(e);
          }
          return new NodeState(HostCapacity.read(), List.of());
        });
  }

  @Override
  public void close() {
    watches.forEach(HostWatch::close);
  }

  private void stop(AttemptDirectory directory, Duration grace) throws IOException {
    if (!store.observe(directory).isTerminated() || !directory.isStopAsked()) {
      directory.stop(grace);
    }
  }

  private static Duration bounded(Duration grace) {
    return grace.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : grace;
  }

  private static boolean isOf(PodKey key, AttemptDirectory directory) {
    return directory.uid().equals(key.uid());
  }

  /** Names become folders: nothing in them may lead elsewhere. */
  private static void requireFolderName(String path, String name) throws ProviderException.Invalid {
    if (!FOLDER_NAME.matcher(name).matches()) {
      throw new ProviderException.Invalid(path, "must be letters, digits and hyphens");
    }
  }

  private static ProviderException unavailable(IOException e) {
    return new ProviderException.Unavailable(
        "the local provider's folder cannot be used: " + e.getMessage(), e);
  }
}
