package dev.outrigger.local;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Pretends: a created Pod is Running at once, a deleted one has ended at once, and no process runs.
 * It accepts every Pod and has no logs. Its memory ends with the instance, so it does not keep the
 * contract across restarts: it is for benchmarks of the agent, and for nothing else.
 */
final class InstantProvider implements Provider {

  private static final Duration MEMORY = Duration.ofMinutes(10);
  private static final int KILLED = 137;

  private final Clock clock;
  private final int pods;
  private final Map<String, Map<Integer, Workload>> byUid = new ConcurrentHashMap<>();
  private final List<StatusSink> sinks = new CopyOnWriteArrayList<>();

  private static final String WHY = "its Pods are only said to run";
  private static final Map<Facility, String> NOTHING_RUNS =
      Map.of(Facility.EXEC, WHY, Facility.ATTACH, WHY, Facility.PORTS, WHY);

  InstantProvider(Clock clock, int pods) {
    this.clock = clock;
    this.pods = pods;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(
            Map.of("cpu", "10000", "memory", "100Ti", "pods", Integer.toString(pods)),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of())
        .lacking(NOTHING_RUNS);
  }

  @Override
  public void check(PodWork work) {
    // Nothing is run, so nothing can be dishonoured.
  }

  @Override
  public Workload create(PodWork work) {
    PodAttempt attempt = work.attempt();
    // compute holds the UID's bin, which orders what the sinks are told of one Pod.
    Map<Integer, Workload> attempts =
        byUid.compute(
            attempt.key().uid(),
            (uid, known) -> {
              if (known != null && known.containsKey(attempt.number())) {
                return known;
              }
              Workload running = running(work);
              tell(running);
              return with(known == null ? Map.of() : known, running);
            });
    return attempts.values().stream()
        .filter(w -> w.attempt().equals(attempt))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void delete(PodKey key, Duration grace) {
    Instant now = clock.instant();
    byUid.computeIfPresent(
        key.uid(),
        (uid, known) -> {
          Map<Integer, Workload> result = known;
          for (Workload workload : known.values()) {
            if (!workload.isTerminated()) {
              Workload ended = ended(workload, now);
              tell(ended);
              result = with(result, ended);
            }
          }
          return result;
        });
  }

  @Override
  public List<Workload> list() {
    Instant oldest = clock.instant().minus(MEMORY);
    byUid
        .values()
        .removeIf(attempts -> attempts.values().stream().allMatch(w -> endedBefore(w, oldest)));
    List<Workload> all = new ArrayList<>();
    byUid.values().forEach(attempts -> all.addAll(attempts.values()));
    return all;
  }

  @Override
  public Subscription watch(StatusSink sink) {
    sinks.add(sink);
    list()
        .forEach(
            w ->
                byUid.computeIfPresent(
                    w.key().uid(),
                    (uid, known) -> {
                      known.values().forEach(sink::observed);
                      return known;
                    }));
    return () -> sinks.remove(sink);
  }

  @Override
  public void close() {
    sinks.clear();
  }

  private void tell(Workload workload) {
    sinks.forEach(s -> s.observed(workload));
  }

  private Workload running(PodWork work) {
    ContainerState state = new ContainerState.Running(clock.instant());
    List<ContainerObservation> containers = new ArrayList<>();
    for (ContainerWork c : work.containers()) {
      Optional<String> id = Optional.of("instant://" + work.attempt().token() + "/" + c.name());
      containers.add(new ContainerObservation(c.name(), state, id, Optional.of(c.image())));
    }
    return new Workload(work.attempt(), "instant-" + work.attempt().token(), containers);
  }

  private static Workload ended(Workload workload, Instant now) {
    List<ContainerObservation> containers =
        workload.containers().stream()
            .map(
                c ->
                    c.state() instanceof ContainerState.Running running
                        ? new ContainerObservation(
                            c.name(), killed(running, now), c.containerId(), c.imageId())
                        : c)
            .toList();
    return new Workload(workload.attempt(), workload.handle(), containers);
  }

  private static ContainerState killed(ContainerState.Running running, Instant now) {
    return new ContainerState.Terminated(
        OptionalInt.of(KILLED), "Error", "", Optional.of(running.startedAt()), now);
  }

  private static boolean endedBefore(Workload workload, Instant time) {
    return workload.containers().stream()
        .allMatch(
            c -> c.state() instanceof ContainerState.Terminated t && t.finishedAt().isBefore(time));
  }

  /** Maps are replaced, never changed: {@link #list} reads them without a lock. */
  private static Map<Integer, Workload> with(Map<Integer, Workload> known, Workload workload) {
    Map<Integer, Workload> result = new TreeMap<>(known);
    result.put(workload.attempt().number(), workload);
    return result;
  }
}
