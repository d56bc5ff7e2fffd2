package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * The node's tasks as last seen. Holds nothing that listing ECS would not bring back.
 *
 * <p>INVARIANT: of one task, a state never replaces one of a higher version.
 */
final class TaskIndex {

  /** A young task is not in every answer of ECS yet, and may end soon. */
  private static final Duration YOUNG = Duration.ofSeconds(60);

  /** How long a stopped task is kept after ECS has forgotten it: the contract's ten minutes. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final Clock clock;

  // All below guarded by this.
  private final Map<PodAttempt, Entry> entries = new HashMap<>();
  private final Set<PodKey> uncertain = new HashSet<>();

  /**
   * @param stopped whether ECS is done with the task
   * @param stopAsked whether this process has asked for its end
   */
  record Entry(
      Workload workload, long version, boolean stopped, boolean stopAsked, Instant firstSeen) {

    String arn() {
      return workload.handle();
    }

    /** Not to an older state of its task, nor to another task of the attempt. */
    private boolean yieldsTo(Task task) {
      return arn().equals(task.taskArn()) && TaskIndex.version(task) >= version;
    }

    private boolean isSteady() {
      return !stopAsked
          && !workload.stopping()
          && workload.containers().stream()
              .anyMatch(c -> c.state() instanceof ContainerState.Running)
          && workload.containers().stream()
              .noneMatch(c -> c.state() instanceof ContainerState.Waiting);
    }
  }

  TaskIndex(Clock clock) {
    this.clock = clock;
  }

  /** Takes in what ECS said of a task; empty when the task is not a Pod's. */
  synchronized Optional<Workload> update(Task task) {
    Optional<PodAttempt> attempt = OwnerMark.read(task);
    if (attempt.isEmpty()) {
      return Optional.empty();
    }
    Entry before = entries.get(attempt.get());
    if (before != null && !before.yieldsTo(task)) {
      return Optional.of(before.workload());
    }
    Optional<Entry> same = Optional.ofNullable(before);
    Instant now = clock.instant();
    Workload workload = EcsStatusMapper.map(task, attempt.get(), same.map(Entry::workload), now);
    entries.put(
        attempt.get(),
        new Entry(
            workload,
            version(task),
            EcsStatusMapper.isStopped(task),
            same.map(Entry::stopAsked).orElse(false),
            same.map(Entry::firstSeen).orElse(now)));
    return Optional.of(workload);
  }

  private static long version(Task task) {
    return task.version() == null ? 0 : task.version();
  }

  /** ECS says that it does not know this task. */
  synchronized void missing(String arn) {
    Instant now = clock.instant();
    entries.values().removeIf(e -> e.arn().equals(arn) && !e.stopped() && !isYoung(e, now));
  }

  /** ECS no longer lists any stopped task but these. */
  synchronized void listed(Set<String> arns) {
    Instant now = clock.instant();
    entries
        .values()
        .removeIf(
            e ->
                e.stopped()
                    && !arns.contains(e.arn())
                    && e.firstSeen().plus(KEPT).isBefore(now)
                    && ended(e).plus(KEPT).isBefore(now));
  }

  /** A RunTask whose outcome is unknown. */
  synchronized void uncertain(PodKey key) {
    uncertain.add(key);
  }

  /** All tasks were listed: nothing is uncertain any more, of those that were then. */
  synchronized void certain(Set<PodKey> keys) {
    uncertain.removeAll(keys);
  }

  synchronized Set<PodKey> uncertain() {
    return Set.copyOf(uncertain);
  }

  synchronized void stopAsked(PodAttempt attempt) {
    entries.computeIfPresent(
        attempt, (a, e) -> new Entry(e.workload(), e.version(), e.stopped(), true, e.firstSeen()));
  }

  synchronized Optional<Entry> find(PodAttempt attempt) {
    return Optional.ofNullable(entries.get(attempt));
  }

  synchronized List<Entry> of(PodKey key) {
    return entries.values().stream().filter(e -> e.workload().key().equals(key)).toList();
  }

  synchronized Map<PodAttempt, Workload> snapshot() {
    Map<PodAttempt, Workload> all = new HashMap<>();
    entries.forEach((attempt, entry) -> all.put(attempt, entry.workload()));
    return Map.copyOf(all);
  }

  /** The images, with their digests, that were pulled for tasks that are not stopped. */
  synchronized List<NodeState.Image> images() {
    return entries.values().stream()
        .filter(e -> !e.stopped())
        .flatMap(e -> e.workload().containers().stream())
        .flatMap(c -> c.imageId().stream())
        .distinct()
        .map(id -> new NodeState.Image(List.of(id), OptionalLong.empty()))
        .toList();
  }

  /** Tasks that are not stopped. */
  synchronized List<String> live() {
    return entries.values().stream().filter(e -> !e.stopped()).map(Entry::arn).toList();
  }

  /** Of these, those whose state may change soon. */
  synchronized List<String> changing() {
    Instant now = clock.instant();
    return entries.values().stream()
        .filter(e -> !e.stopped() && (!e.isSteady() || isYoung(e, now)))
        .map(Entry::arn)
        .toList();
  }

  synchronized Set<String> stopped() {
    Set<String> arns = new HashSet<>();
    entries.values().stream().filter(Entry::stopped).forEach(e -> arns.add(e.arn()));
    return arns;
  }

  private static boolean isYoung(Entry entry, Instant now) {
    return entry.firstSeen().plus(YOUNG).isAfter(now);
  }

  private static Instant ended(Entry entry) {
    return entry.workload().containers().stream()
        .map(c -> c.state() instanceof ContainerState.Terminated t ? t.finishedAt() : Instant.EPOCH)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }
}
