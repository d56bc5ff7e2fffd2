package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.agent.status.BackOffState;
import dev.outrigger.agent.status.PodFacts;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a Pod for which something failed, by the kind of failure: it fails too, or it is
 * tried again later; either is told in its status and by an event.
 */
final class PodFailures {

  private static final Logger LOG = LoggerFactory.getLogger(PodFailures.class);
  private static final String REFUSED = "ProviderFailed";
  private static final String CONFIG_ERROR = "CreateContainerConfigError";
  private static final Duration CONFIG_RETRY = Duration.ofSeconds(5);

  private final PodReporter reporter;
  private final Admission admission;
  private final PodEvents events;
  private final WorkQueue queue;
  private final Set<Trait> traits;
  private final Clock clock;

  PodFailures(PodParts parts, WorkQueue queue) {
    this.reporter = parts.reporter();
    this.admission = parts.admission();
    this.events = parts.events();
    this.queue = queue;
    this.traits = parts.traits();
    this.clock = parts.clock();
  }

  /** Writes that the Pod was not let in; the event says it in fewer words, as the kubelet's. */
  void notAdmitted(PodEntry entry, PodSituation now, Admission.Rejection why) {
    reporter.rejected(entry, now, why.reason(), "Pod was rejected: " + why.message());
    events.warning(entry.key(), why.reason(), why.message());
    admission.release(entry.key().uid());
  }

  /** Writes that the Pod is not run, and frees what it held. */
  private void reject(PodEntry entry, PodSituation now, String reason, String message) {
    reporter.rejected(entry, now, reason, message);
    events.warning(entry.key(), reason, message);
    admission.release(entry.key().uid());
  }

  /** The kubelet's words for a volume that lacks something. */
  static String failedMount(UnresolvedException e) {
    return "MountVolume.SetUp failed for volume \"%s\" : %s"
        .formatted(e.volume().orElse(""), e.getMessage());
  }

  /** A reference leads nowhere yet. */
  void unresolved(PodEntry entry, UnresolvedException e) {
    if (e.volume().isPresent()) {
      events.warning(entry.key(), "FailedMount", failedMount(e));
      tell(entry, PodFacts.Waiting.CREATING);
    } else {
      e.container()
          .map(events::in)
          .orElse(events)
          .warning(entry.key(), "Failed", "Error: " + e.getMessage());
      tell(entry, new PodFacts.Waiting(CONFIG_ERROR, String.valueOf(e.getMessage())));
    }
    queue.addAfter(entry.key().uid(), CONFIG_RETRY);
  }

  /** The backend did not do what it was asked. */
  void ofProvider(PodEntry entry, ProviderException failure) {
    String message = String.valueOf(failure.getMessage());
    switch (failure) {
      case ProviderException.Unsupported u -> refused(entry, message);
      case ProviderException.Invalid i -> refused(entry, message);
      case ProviderException.InvalidImage i -> misnamed(entry, i);
      case ProviderException.Conflict c -> ranBefore(entry, message);
      case ProviderException.Throttled t ->
          later(entry, "BackendThrottled", message, RetryDelay.THROTTLED, t.retryAfter());
      case ProviderException.QuotaExceeded q ->
          later(entry, "BackendQuotaExceeded", message, RetryDelay.QUOTA, Optional.empty());
      case ProviderException.PermissionDenied p ->
          later(
              entry,
              "BackendPermissionDenied",
              p.action() + ": " + message,
              RetryDelay.PERSON,
              Optional.empty());
      case ProviderException.NotFound n ->
          later(entry, "BackendNotFound", message, RetryDelay.PERSON, Optional.empty());
      case ProviderException.Unavailable u ->
          later(entry, "BackendUnavailable", message, RetryDelay.UNAVAILABLE, Optional.empty());
    }
  }

  /**
   * It fails, unless a controller would only make the next one of the same spec: then it waits, as
   * one whose container cannot be made, and is looked at again when its spec changes or in time.
   */
  private void refused(PodEntry entry, String message) {
    PodSituation now = entry.situation(traits, clock.instant());
    if (now.pod() == null) {
      return;
    }
    if (Replacement.isEndless(now.pod())) {
      events.warning(entry.key(), REFUSED, message);
      tell(entry, new PodFacts.Waiting(CONFIG_ERROR, message));
      queue.addAfter(entry.key().uid(), RetryDelay.PERSON.after(entry.failed()));
      return;
    }
    try {
      reject(entry, now, REFUSED, message);
    } catch (KubernetesClientException e) {
      ofApiServer(entry, "the refusal could not be written", e);
    }
  }

  /** It waits, in the kubelet's words (pkg/kubelet/images): its image can be changed. */
  private void misnamed(PodEntry entry, ProviderException.InvalidImage found) {
    Pod pod = entry.pod();
    if (pod == null) {
      return;
    }
    Map<String, String> reasons = MisnamedImages.of(pod, found);
    reasons.forEach(
        (container, why) -> {
          PodEvents of = events.in(ProbeTarget.fieldPath(pod, container));
          of.warning(entry.key(), "InspectFailed", why);
          of.warning(entry.key(), "Failed", "Error: " + BackOffState.MISNAMED);
        });
    tell(entry, PodFacts.Waiting.misnamed(reasons));
    queue.addAfter(entry.key().uid(), RetryDelay.PERSON.after(entry.failed()));
  }

  /** The attempt ran before, and the backend no longer knows how it ended: never run it again. */
  private void ranBefore(PodEntry entry, String message) {
    PodSituation now = entry.situation(traits, clock.instant());
    if (now.pod() == null) {
      return;
    }
    events.warning(entry.key(), "BackendConflict", message);
    int attempt = PodDecision.attempt(now.status());
    entry.declareLost(now.pod(), true, attempt, clock.instant(), message);
    queue.add(entry.key().uid());
  }

  private void later(
      PodEntry entry, String reason, String message, RetryDelay delay, Optional<Duration> after) {
    events.warning(entry.key(), reason, message);
    tell(entry, new PodFacts.Waiting("ContainerCreating", ""));
    Duration own = delay.after(entry.failed());
    queue.addAfter(entry.key().uid(), after.filter(d -> d.compareTo(own) > 0).orElse(own));
  }

  /** Writes what a Pod waits for, unless it has something better to say, or cannot be told. */
  private void tell(PodEntry entry, PodFacts.Waiting waiting) {
    PodSituation now = entry.situation(traits, clock.instant());
    if (now.pod() == null
        || now.workload() != null
        || now.overwritten() != null
        || PodDecision.wasStarted(now.pod(), now.status())
        || PodDecision.wasEnded(now.pod(), now.status(), Optional.empty())) {
      return;
    }
    try {
      reporter.report(entry, now, waiting);
    } catch (KubernetesClientException e) {
      LOG.atWarn().addKeyValue("error", e.getMessage()).log("waiting reason not written");
    }
  }

  /** The API server did not. */
  void ofApiServer(PodEntry entry, String what, KubernetesClientException e) {
    LOG.atWarn()
        .addKeyValue("pod", entry.key().namespacedName())
        .addKeyValue("error", e.getMessage())
        .log(what);
    queue.addAfter(entry.key().uid(), RetryDelay.API_SERVER.after(entry.failed()));
  }

  void unexpected(PodEntry entry, Throwable e) {
    LOG.atError().setCause(e).addKeyValue("pod", entry.key().namespacedName()).log("unexpected");
    queue.addAfter(entry.key().uid(), RetryDelay.UNEXPECTED.after(entry.failed()));
  }
}
