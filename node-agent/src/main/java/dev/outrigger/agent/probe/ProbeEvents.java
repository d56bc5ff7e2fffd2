package dev.outrigger.agent.probe;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.provider.PodKey;

/** Tells of each probe that did not simply succeed, in the kubelet's words. */
final class ProbeEvents {

  private final PodEvents events;

  ProbeEvents(PodEvents events) {
    this.events = events;
  }

  void probed(ProbeTarget target, ProbeKind kind, ProbeOutcome outcome) {
    PodKey pod = target.attempt().key();
    PodEvents about = events.in(target.fieldPath());
    switch (outcome) {
      case ProbeOutcome.Success s -> {}
      case ProbeOutcome.Warning w ->
          about.warning(pod, "ProbeWarning", kind.title() + " probe warning: " + w.output());
      case ProbeOutcome.Failure f ->
          about.warning(pod, "Unhealthy", kind.title() + " probe failed: " + f.output());
      case ProbeOutcome.Unknown u ->
          about.warning(
              pod,
              "Unhealthy",
              "%s probe errored and resulted in unknown state: %s"
                  .formatted(kind.title(), u.error()));
    }
  }
}
