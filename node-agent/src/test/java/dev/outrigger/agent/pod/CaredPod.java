package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.provider.PodAttempt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What probes and hooks have found of one attempt. */
final class CaredPod {

  /** A preStop hook. */
  static final class Ending {
    final Instant begun;
    boolean over;

    Ending(Instant begun) {
      this.begun = begun;
    }
  }

  /** One run of a container. */
  static final class Run {
    final int run;
    boolean probed = true;
    boolean started = true;
    boolean ready = true;
    boolean starting;
    boolean hookFailed;
    @Nullable ProbeKind failed;
    @Nullable Ending ending;

    Run(int run) {
      this.run = run;
    }
  }

  final PodAttempt attempt;
  final Map<String, Run> runs = new TreeMap<>();
  @Nullable Ending ending;

  CaredPod(PodAttempt attempt) {
    this.attempt = attempt;
  }

  PodHealth probed() {
    List<PodHealth.Unwell> unwell = new ArrayList<>();
    runs.forEach(
        (name, run) ->
            Optional.ofNullable(run.failed)
                .map(
                    kind ->
                        new PodHealth.Unwell(name, run.run, Optional.of(kind), Optional.empty()))
                .ifPresent(unwell::add));
    return new PodHealth(
        attempt.number(), Set.of(), names(r -> !r.started), names(r -> !r.ready), unwell);
  }

  PodHealth hooked() {
    Map<String, Integer> failed = new TreeMap<>();
    names(r -> r.hookFailed)
        .forEach(
            name -> Optional.ofNullable(runs.get(name)).ifPresent(r -> failed.put(name, r.run)));
    return PodHealth.ofHooks(attempt.number(), names(r -> r.starting || r.hookFailed), failed);
  }

  private Set<String> names(Predicate<Run> chosen) {
    Set<String> names = new TreeSet<>();
    runs.forEach(
        (name, run) -> {
          if (chosen.test(run)) {
            names.add(name);
          }
        });
    return names;
  }
}
