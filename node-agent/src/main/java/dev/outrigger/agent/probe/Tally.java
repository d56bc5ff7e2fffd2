package dev.outrigger.agent.probe;

import java.util.Optional;

/** Counts outcomes in a row against a probe's thresholds. Not for concurrent use. */
final class Tally {

  private final ProbeSpec spec;
  private boolean last;
  private int run;

  Tally(ProbeSpec spec) {
    this.spec = spec;
  }

  /**
   * @return the verdict, once as many outcomes in a row were alike as its threshold says
   */
  Optional<Boolean> count(boolean success) {
    run = run > 0 && last == success ? run + 1 : 1;
    last = success;
    int needed = success ? spec.successThreshold() : spec.failureThreshold();
    return run < needed ? Optional.empty() : Optional.of(success);
  }
}
