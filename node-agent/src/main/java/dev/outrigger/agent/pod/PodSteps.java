package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.agent.status.PodFacts;
import dev.outrigger.agent.status.PodPhase;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One step of one Pod: {@link PodDecision} says what is to be done, this does it. Called by the one
 * worker that holds the Pod's key; blocks on the backend and the API server.
 */
final class PodSteps {

  private static final Logger LOG = LoggerFactory.getLogger(PodSteps.class);

  /** The kubelet's words. */
  private static final String NOT_LOCATED =
      "The container could not be located when the pod was terminated";

  private final Provider provider;
  private final PodResolver resolver;
  private final PodApi api;
  private final PodReporter reporter;
  private final Admission admission;
  private final Predicates predicates;
  private final PodEvents events;
  private final Duration orphanGrace;
  private final Clock clock;
  private final Set<Trait> traits;
  private final WorkQueue queue;
  private final PodFailures failures;
  private final ContainerCare care;
  private final Consumer<PodEntry> forget;

  /**
   * @param forget called for a Pod of which nothing is left to do
   */
  PodSteps(
      PodParts parts,
      WorkQueue queue,
      PodFailures failures,
      ContainerCare care,
      Consumer<PodEntry> forget) {
    this.provider = parts.provider();
    this.resolver = parts.resolver();
    this.api = parts.api();
    this.reporter = parts.reporter();
    this.admission = parts.admission();
    this.predicates = new Predicates(parts.node(), admission, api::nodeLabels);
    this.events = parts.events();
    this.orphanGrace = parts.orphanGrace();
    this.clock = parts.clock();
    this.traits = parts.traits();
    this.queue = queue;
    this.failures = failures;
    this.care = care;
    this.forget = forget;
  }

  /** Decides once and acts; whether to decide again at once. */
  boolean step(PodEntry entry) throws ProviderException, UnresolvedException {
    PodSituation seen = entry.situation(traits, clock.instant());
    // First of all: a container that is not ready yet is never reported as ready.
    if (care.sync(entry, seen)) {
      return false;
    }
    // What a container said last may have come since it was looked at, and is not waited for then.
    if (!Objects.equals(seen.workload(), entry.situation(traits, clock.instant()).workload())) {
      return true;
    }
    PodSituation now = seen.with(entry.health());
    return switch (PodDecision.decide(now)) {
      case PodAction.Forget f -> forgotten(entry, now);
      case PodAction.VerifyOrphan v -> verifyOrphan(entry);
      case PodAction.Admit a -> admit(entry, now);
      case PodAction.LookUp l -> lookUp(entry);
      case PodAction.Start start -> start(entry, now, start.attempt());
      case PodAction.Stop stop -> stop(entry, now, stop.grace(), Optional.empty());
      case PodAction.StopUnwell stop -> stop(entry, now, stop.grace(), Optional.of(stop.unwell()));
      case PodAction.StopContainer stop -> stopContainer(entry, now, stop);
      case PodAction.TellStarted started -> tellStarted(entry, started);
      case PodAction.StopIncomplete stop -> stopIncomplete(entry, now, stop);
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

  private boolean forgotten(PodEntry entry, PodSituation now) throws ProviderException {
    boolean kept = traits.contains(Trait.KEEPS_ENDED) && now.workload() != null;
    if (kept && (now.deleted() || !api.exists(entry.key()))) {
      provider.delete(entry.key(), Duration.ZERO);
    }
    admission.release(entry.key().uid());
    forget.accept(entry);
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
    if (now.oneShot()) {
      Replacement.refuseOnSingleRuns(podOf(now));
    }
    PodWork work = resolve(podOf(now), attempt);
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

  /** What can never run is told so, rather than waiting for what it refers to. */
  private PodWork resolve(Pod pod, int attempt) throws ProviderException, UnresolvedException {
    try {
      return resolver.resolve(pod, attempt);
    } catch (UnresolvedException e) {
      provider.checkFields(pod);
      throw e;
    }
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
        now.pod() != null && !"Never".equals(PodPhase.effectivePolicy(now.pod(), now.oneShot()));
    Optional<Duration> left = care.beforeStop(now, grace, unwell, restarts);
    if (left.isEmpty()) {
      queue.addAfter(entry.key().uid(), grace);
      return false;
    }
    provider.delete(entry.key(), left.get());
    entry.stopRequested(new PodSituation.StopRequest(clock.instant(), grace, now.latestAttempt()));
    return true;
  }

  private boolean stopContainer(PodEntry entry, PodSituation now, PodAction.StopContainer stop)
      throws ProviderException {
    Optional<Duration> left = care.beforeStop(now, stop);
    if (left.isEmpty()) {
      queue.addAfter(entry.key().uid(), stop.grace());
      return report(entry, now);
    }
    String container = stop.unwell().container();
    provider.stopContainer(new ContainerStop(stop.run(), container, left.get(), stop.again()));
    entry.stopRequested(
        container,
        new PodSituation.StopRequest(clock.instant(), stop.grace(), stop.run().number()));
    return true;
  }

  private boolean tellStarted(PodEntry entry, PodAction.TellStarted started)
      throws ProviderException {
    provider.containerStarted(started.run(), started.container());
    entry.toldStarted(started.container(), started.run().number());
    return true;
  }

  private boolean stopIncomplete(PodEntry entry, PodSituation now, PodAction.StopIncomplete stop)
      throws ProviderException {
    // What it said last, and that it has ended, is told before the others' ends.
    reporter.report(entry, now, PodFacts.Waiting.CREATING);
    PodSituation told = now.with(entry.status());
    boolean asked = stop(entry, told, stop.grace(), Optional.empty());
    if (asked) {
      events
          .in(ProbeTarget.fieldPath(podOf(now), stop.ended()))
          .normal(
              entry.key(),
              "RestartingPod",
              "Container %s has ended while others run: the Pod is restarted, since its backend restarts no single container"
                  .formatted(stop.ended()));
    }
    return asked;
  }

  private boolean lost(PodEntry entry, PodSituation now) {
    int attempt = PodDecision.attempt(now.status());
    events.warning(entry.key(), "WorkloadLost", "The backend holds this Pod's workload no more");
    entry.declareLost(podOf(now), true, attempt, clock.instant(), "");
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
    boolean begun =
        pod.getSpec().getInitContainers().isEmpty() || PodDecision.wasStarted(pod, now.status());
    if (now.lost() || (now.isUnseen() && begun)) {
      int attempt = PodDecision.attempt(now.status());
      entry.declareLost(pod, true, attempt, clock.instant(), NOT_LOCATED);
    }
    events.normal(entry.key(), ActiveDeadline.REASON, ActiveDeadline.MESSAGE);
    return reporter.expired(entry, entry.situation(traits, clock.instant()));
  }

  private boolean confirmDeletion(PodEntry entry, PodSituation now) {
    // Of the attempt that runs as was told, the backend may hold no more than the one before.
    boolean lost =
        now.workload() == null
            || (now.isUnseen() && PodDecision.wasStarted(podOf(now), now.status()));
    if (lost && !PodPhase.isTerminal(PodDecision.phase(now.status()))) {
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
    if (PodDecision.wasStarted(podOf(now), now.status())) {
      return lost(entry, now);
    }
    int attempt = PodDecision.attempt(now.status());
    boolean begun = PodDecision.wasEnded(podOf(now), now.status(), Optional.empty());
    entry.declareLost(podOf(now), begun, attempt, clock.instant(), NOT_LOCATED);
    return true;
  }

  private static Pod podOf(PodSituation situation) {
    if (situation.pod() == null) {
      throw new IllegalStateException("this action needs a Pod");
    }
    return situation.pod();
  }
}
