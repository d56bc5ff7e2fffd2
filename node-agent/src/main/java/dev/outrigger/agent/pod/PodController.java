package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.agent.status.PodFacts;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Pods of one node. Facts come in through {@link #podSeen}, {@link #podGone} and the {@link
 * StatusSink}; each has its UID looked at by one worker, which asks {@link PodDecision} and does
 * what it says.
 *
 * <p>INVARIANT: an attempt is started only after the API server and the backend were both listed,
 * and an attempt above 0 only after its number is in the Pod's status.
 */
public final class PodController implements StatusSink, ContainerCare.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PodController.class);
  private static final int CONCURRENCY = 256;
  private static final int MOST_STEPS = 8;

  /** The kubelet's words. */
  private static final String NOT_LOCATED =
      "The container could not be located when the pod was terminated";

  /** How long a condition may differ from what was written, as the kubelet's status manager. */
  private static final Duration DRIFT_PATIENCE = Duration.ofSeconds(10);

  private final Provider provider;
  private final PodResolver resolver;
  private final PodApi api;
  private final PodReporter reporter;
  private final Admission admission;
  private final Predicates predicates;
  private final PodEvents events;
  private final Duration orphanGrace;
  private final Clock clock;
  private final boolean oneShot;
  private final WorkQueue queue;
  private final PodFailures failures;
  private final ContainerCare care;
  private final Map<String, PodEntry> entries = new ConcurrentHashMap<>();
  private volatile boolean open;

  PodController(
      NodeFacts node,
      Provider provider,
      PodResolver resolver,
      PodApi api,
      PodReporter reporter,
      Admission admission,
      PodEvents events,
      Duration orphanGrace,
      Clock clock) {
    this(
        node,
        provider,
        resolver,
        api,
        reporter,
        admission,
        events,
        orphanGrace,
        clock,
        handler -> new KeyedWorkQueue("pods-" + node.name(), CONCURRENCY, handler),
        listener -> new PodCare(provider, events, clock, listener));
  }

  /**
   * @param workers who handle what is put into the queue; a test may do so itself
   * @param carers who hook and probe containers, and tell the listener
   */
  PodController(
      NodeFacts node,
      Provider provider,
      PodResolver resolver,
      PodApi api,
      PodReporter reporter,
      Admission admission,
      PodEvents events,
      Duration orphanGrace,
      Clock clock,
      Function<WorkQueue.Handler, WorkQueue> workers,
      Function<ContainerCare.Listener, ContainerCare> carers) {
    this.provider = provider;
    this.resolver = resolver;
    this.api = api;
    this.reporter = reporter;
    this.admission = admission;
    this.predicates = new Predicates(node, admission, api::nodeLabels);
    this.events = events;
    this.orphanGrace = orphanGrace;
    this.clock = clock;
    this.oneShot = provider.capabilities().oneShot();
    this.queue = workers.apply(this::handle);
    this.failures = new PodFailures(reporter, admission, events, queue, oneShot, clock);
    this.care = carers.apply(this);
  }

  /** Begins to act: the API server's Pods and the backend's workloads have all been told. */
  void open() {
    open = true;
    entries.keySet().forEach(queue::add);
  }

  void podSeen(Pod pod) {
    PodEntry entry = entry(key(pod));
    if (entry.podSeen(pod)) {
      wake(pod.getMetadata().getUid());
    } else if (open) {
      awaitDrift(entry);
    }
  }

  void podGone(Pod pod, boolean certain) {
    entry(key(pod)).podGone(certain);
    wake(pod.getMetadata().getUid());
  }

  @Override
  public void observed(Workload workload) {
    entry(workload.key()).observe(workload);
    wake(workload.key().uid());
  }

  @Override
  public void gone(PodAttempt attempt) {
    PodEntry entry = entries.get(attempt.key().uid());
    if (entry != null) {
      entry.lose(attempt);
      wake(attempt.key().uid());
    }
  }

  @Override
  public void probed(String uid, PodHealth health) {
    changed(uid, entry -> entry.probed(health));
  }

  @Override
  public void hooked(String uid, PodHealth health) {
    changed(uid, entry -> entry.hooked(health));
  }

  @Override
  public void said(PodAttempt attempt, String container, String words) {
    PodEntry entry = entries.get(attempt.key().uid());
    if (entry != null) {
      entry.said(attempt, container, words);
    }
  }

  @Override
  public void stoppedWaiting(String uid) {
    wake(uid);
  }

  private void changed(String uid, Consumer<PodEntry> change) {
    PodEntry entry = entries.get(uid);
    if (entry != null) {
      change.accept(entry);
      wake(uid);
    }
  }

  /** Every Pod of the node with its latest status. */
  void forEach(Consumer<PodEntry> consumer) {
    entries.values().forEach(consumer);
  }

  int queueDepth() {
    return queue.depth();
  }

  private void wake(String uid) {
    if (open) {
      queue.add(uid);
    }
  }

  private PodEntry entry(PodKey key) {
    return entries.computeIfAbsent(key.uid(), uid -> new PodEntry(key));
  }

  private static PodKey key(Pod pod) {
    var metadata = pod.getMetadata();
    return new PodKey(metadata.getUid(), metadata.getNamespace(), metadata.getName());
  }

  private void handle(String uid) throws InterruptedException {
    PodEntry entry = entries.get(uid);
    if (entry == null) {
      return;
    }
    Instant patience = clock.instant().minus(DRIFT_PATIENCE);
    entry
        .driftSince(clock.instant())
        .filter(since -> !since.isAfter(patience))
        .ifPresent(since -> entry.admitDrift());
    try {
      int steps = 0;
      while (step(entry) && ++steps < MOST_STEPS) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (steps == MOST_STEPS) {
        queue.addAfter(uid, Duration.ofSeconds(1));
      }
    } catch (UnresolvedException e) {
      failures.unresolved(entry, e);
    } catch (ProviderException e) {
      failures.ofProvider(entry, e);
    } catch (KubernetesClientException e) {
      failures.ofApiServer(entry, "the API server did not answer", e);
    } catch (RuntimeException e) {
      failures.unexpected(entry, e);
    }
    awaitStop(entry);
    awaitDeadline(entry);
    awaitDrift(entry);
  }

  /** A stop that does not come to its end is asked for again, whatever woke the Pod meanwhile. */
  private void awaitStop(PodEntry entry) {
    PodSituation now = entry.situation(oneShot, clock.instant());
    PodSituation.StopRequest stop = now.latestStop();
    if (stop != null && now.isLive()) {
      Instant due = stop.at().plus(stop.grace()).plus(PodDecision.STOP_PATIENCE).plusSeconds(1);
      if (due.isAfter(now.now())) {
        queue.addAfter(entry.key().uid(), Duration.between(now.now(), due));
      }
    }
  }

  /** What differs may be an echo that is older than the last write: that settles itself. */
  private void awaitDrift(PodEntry entry) {
    Instant now = clock.instant();
    entry
        .driftSince(now)
        .ifPresent(
            since ->
                queue.addAfter(
                    entry.key().uid(),
                    Duration.between(now, since.plus(DRIFT_PATIENCE)).plusMillis(1)));
  }

  /** Whatever else it waits for, a Pod is looked at again when its active deadline passes. */
  private void awaitDeadline(PodEntry entry) {
    PodSituation now = entry.situation(oneShot, clock.instant());
    if (now.pod() != null && !PodPhase.isTerminal(PodDecision.phase(now.status()))) {
      ActiveDeadline.of(now.pod(), now.status())
          .filter(now.now()::isBefore)
          .ifPresent(at -> queue.addAfter(entry.key().uid(), Duration.between(now.now(), at)));
    }
  }

  /** Decides once and acts; whether to decide again at once. */
  private boolean step(PodEntry entry) throws ProviderException, UnresolvedException {
    PodSituation seen = entry.situation(oneShot, clock.instant());
    // First of all: a container that is not ready yet is never reported as ready.
    if (care.sync(entry, seen)) {
      return false;
    }
    PodSituation now = seen.with(entry.health());
    return switch (PodDecision.decide(now)) {
      case PodAction.Forget f -> forget(entry);
      case PodAction.VerifyOrphan v -> verifyOrphan(entry);
      case PodAction.Admit a -> admit(entry, now);
      case PodAction.LookUp l -> lookUp(entry);
      case PodAction.Start start -> start(entry, now, start.attempt());
      case PodAction.Stop stop -> stop(entry, now, stop.grace(), Optional.empty());
      case PodAction.StopUnwell stop -> stop(entry, now, stop.grace(), Optional.of(stop.unwell()));
      case PodAction.ReportLost l -> lost(entry, now);
      case PodAction.Report r -> report(entry, now);
      case PodAction.BackOff backOff -> backOff(entry, now, backOff.due());
      case PodAction.Restart restart -> reporter.restarting(entry, now, restart.attempt());
      case PodAction.Expire e -> expire(entry, now);
      case PodAction.WriteEnd end -> reporter.ended(entry, now, end.end());
      case PodAction.ConfirmDeletion c -> confirmDeletion(entry, now);
      case PodAction.Rest r -> rest(entry);
    };
  }

  private boolean forget(PodEntry entry) {
    admission.release(entry.key().uid());
    entries.remove(entry.key().uid(), entry);
    care.forget(entry.key().uid());
    return false;
  }

  private boolean rest(PodEntry entry) {
    admission.release(entry.key().uid());
    entry.succeeded();
    return false;
  }

  private boolean verifyOrphan(PodEntry entry) {
    if (api.exists(entry.key())) {
      entry.present();
      queue.addAfter(entry.key().uid(), orphanGrace);
      return false;
    }
    Instant now = clock.instant();
    Instant due = entry.absentSince(now).plus(orphanGrace);
    if (now.isBefore(due)) {
      queue.addAfter(entry.key().uid(), Duration.between(now, due));
      return false;
    }
    LOG.atWarn()
        .addKeyValue("pod", entry.key().namespacedName())
        .addKeyValue("uid", entry.key().uid())
        .log("workload without a Pod: stopping it");
    entry.knownDeleted();
    return true;
  }

  private boolean admit(PodEntry entry, PodSituation now) {
    Pod pod = podOf(now);
    if (now.workload() != null || now.status().getStartTime() != null) {
      admission.readmit(pod);
      entry.admit();
      return true;
    }
    Optional<Admission.Rejection> rejection = predicates.admit(pod);
    if (rejection.isPresent()) {
      failures.notAdmitted(entry, now, rejection.get());
      return false;
    }
    entry.admit();
    return true;
  }

  private boolean start(PodEntry entry, PodSituation now, int attempt)
      throws ProviderException, UnresolvedException {
    if (oneShot) {
      Replacement.refuseOnSingleRuns(podOf(now));
    }
    PodWork work = resolver.resolve(podOf(now), attempt);
    provider.check(work);
    try {
      entry.observe(provider.create(work));
    } catch (ProviderException.Unavailable e) {
      entry.unanswered(attempt);
      throw e;
    }
    entry.succeeded();
    return true;
  }

  private boolean lookUp(PodEntry entry) throws ProviderException {
    provider.list().stream().filter(w -> w.key().equals(entry.key())).forEach(entry::observe);
    entry.answered();
    return true;
  }

  private boolean stop(
      PodEntry entry, PodSituation now, Duration grace, Optional<PodHealth.Unwell> unwell)
      throws ProviderException {
    boolean restarts =
        now.pod() != null && !"Never".equals(PodPhase.effectivePolicy(now.pod(), oneShot));
    Optional<Duration> left = care.beforeStop(now, grace, unwell, restarts);
    if (left.isEmpty()) {
      queue.addAfter(entry.key().uid(), grace);
      return false;
    }
    provider.delete(entry.key(), left.get());
    entry.stopRequested(new PodSituation.StopRequest(clock.instant(), grace, now.latestAttempt()));
    return true;
  }

  private boolean lost(PodEntry entry, PodSituation now) {
    int attempt = PodDecision.attempt(now.status());
    events.warning(entry.key(), "WorkloadLost", "The backend holds this Pod's workload no more");
    entry.declareLost(podOf(now), attempt, clock.instant(), "");
    return true;
  }

  private boolean report(PodEntry entry, PodSituation now) {
    if (now.pod() == null) {
      return false;
    }
    reporter.report(entry, now, PodFacts.Waiting.CREATING);
    Optional.ofNullable(now.workload())
        .flatMap(Workload::warning)
        .ifPresent(text -> events.warning(entry.key(), "BackendWarning", text));
    entry.succeeded();
    return !PodPhase.isTerminal(PodDecision.phase(now.status()))
        && PodPhase.isTerminal(PodDecision.phase(entry.status()));
  }

  private boolean backOff(PodEntry entry, PodSituation now, Instant due) {
    reporter.backOff(entry, now);
    queue.addAfter(entry.key().uid(), Duration.between(clock.instant(), due));
    return false;
  }

  /** The containers of a Pod that was never seen to start cannot be told of otherwise. */
  private boolean expire(PodEntry entry, PodSituation now) {
    Pod pod = podOf(now);
    boolean initialized = pod.getSpec().getInitContainers().isEmpty();
    if (now.lost() || (now.isUnseen() && initialized)) {
      int attempt = PodDecision.attempt(now.status());
      entry.declareLost(pod, attempt, clock.instant(), NOT_LOCATED);
    }
    events.normal(entry.key(), ActiveDeadline.REASON, ActiveDeadline.MESSAGE);
    return reporter.expired(entry, entry.situation(oneShot, clock.instant()));
  }

  private boolean confirmDeletion(PodEntry entry, PodSituation now) {
    if (now.workload() == null && !PodPhase.isTerminal(PodDecision.phase(now.status()))) {
      return neverSeen(entry, now);
    }
    if (now.workload() != null) {
      reporter.report(entry, now, PodFacts.Waiting.CREATING);
    }
    // Once: the echoes of it, and a Pod that somebody's finalizer still holds, need it no more.
    if (!entry.isDeletionConfirmed()) {
      api.confirmDeletion(entry.key());
      entry.deletionConfirmed();
    }
    admission.release(entry.key().uid());
    return false;
  }

  /** What a deleted Pod's containers came to is not known: that, too, is told before it goes. */
  private boolean neverSeen(PodEntry entry, PodSituation now) {
    if (PodDecision.wasStarted(now.status())) {
      return lost(entry, now);
    }
    int attempt = PodDecision.attempt(now.status());
    entry.declareLost(podOf(now), attempt, clock.instant(), NOT_LOCATED);
    return true;
  }

  private static Pod podOf(PodSituation situation) {
    if (situation.pod() == null) {
      throw new IllegalStateException("this action needs a Pod");
    }
    return situation.pod();
  }

  @Override
  public void close() {
    open = false;
    care.close();
    queue.close();
  }
}
