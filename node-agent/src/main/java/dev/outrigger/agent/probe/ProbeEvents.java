package dev.outrigger.agent.probe;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.provider.PodKey;

/** Tells of each probe that did not simply succeed, in the kubelet's words. */
final class ProbeEvents {

  private final PodEvents events;

  ProbeEvents(PodEvents events) {
    this.events = events;
  }

  void probed(PodKey pod, String container, ProbeKind kind, ProbeOutcome outcome) {
    switch (outcome) {
      case ProbeOutcome.Success s -> {}
      case ProbeOutcome.Warning w ->
          events.warning(pod, "ProbeWarning", kind.title() + " probe warning: " + w.output());
      case ProbeOutcome.Failure f ->
          events.warning(pod, "Unhealthy", kind.title() + " probe failed: " + f.output());
      case ProbeOutcome.Unknown u ->
          events.warning(
              pod,
              "Unhealthy",
              "%s probe errored and resulted in unknown state: %s"
                  .formatted(kind.title(), u.error()));
    }
  }
}
