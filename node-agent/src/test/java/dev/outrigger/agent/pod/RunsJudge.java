package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether the runs of containers that a status tells of are the ones that really were: its restart
 * count is the number of the run that it shows, and its last state is the run before. A run's
 * number is that of its attempt and of the container's restarts in it together.
 */
final class RunsJudge {

  private final List<SteppedRun> runs;
  private final SteppedWords words;

  RunsJudge(List<SteppedRun> runs, SteppedWords words) {
    this.runs = runs;
    this.words = words;
  }

  /** What a kubelet does of itself with one that failed a probe, and with one whose hook failed. */
  static void stopping(SteppedFindings findings, HostRun run, ContainerStop stop, int restarts) {
    String name = stop.container();
    boolean unwell = findings.contains(run.attempt, name, restarts, SteppedFindings.Kind.UNWELL);
    boolean hook = findings.contains(run.attempt, name, restarts, SteppedFindings.Kind.HOOK_FAILED);
    String what = "%s: run %d of %s is stopped".formatted(run, restarts, name);
    check(unwell || hook, what + ", in which nobody has found anything");
    boolean again =
        run.role(name) == RunHistory.Role.SIDECAR
            || KubeletRules.restartsOnceKilled(run.spec(name), run.policy());
    check(
        (unwell && stop.again() == again) || (hook && !stop.again()),
        what + ", to start again: " + stop.again());
  }

  /**
   * A Pod is stopped as a whole once nothing of it goes on or is to start, as computePodActions has
   * it, or else since a container has ended for good that is to run always.
   */
  static void ending(SteppedFindings findings, Pod pod, HostRun run, List<SteppedRun> runs) {
    List<SteppedRun> before = runs.stream().filter(r -> !r.equals(run)).toList();
    boolean over = true;
    boolean incomplete = false;
    for (ContainerObservation main : run.now(RunHistory.Role.MAIN)) {
      Container spec = run.spec(main.name());
      boolean ended = main.state() instanceof ContainerState.Terminated;
      boolean unwell =
          findings.contains(run.attempt, main.name(), main.restarts(), SteppedFindings.Kind.UNWELL);
      String own = spec.getRestartPolicy();
      incomplete |= ended && "Always".equals(own == null ? run.policy() : own);
      over &=
          ended
              || (unwell && !KubeletRules.restartsOnceKilled(spec, run.policy()))
              || EndsJudge.done(spec, run.policy(), before).isPresent();
    }
    check(over || incomplete, pod.getMetadata().getUid() + " is stopped as a whole: " + run);
  }

  /** Of a status that is about to be written. */
  void patched(Pod pod, PodStatus after) {
    // What the backend has lost is told as far as it was known.
    if (runs.stream().noneMatch(r -> r.removed)) {
      Stream.concat(
              after.getInitContainerStatuses().stream(), after.getContainerStatuses().stream())
          .forEach(status -> judge(pod, status));
    }
  }

  private void judge(Pod pod, ContainerStatus status) {
    String what = pod.getMetadata().getUid() + "/" + status.getName() + ": " + status;
    int count = status.getRestartCount();
    var state = status.getState();
    NavigableSet<Integer> numbers = numbers(status.getName());
    if (isSidecar(pod, status.getName())) {
      check(count <= Math.max(next(), numbers.isEmpty() ? 0 : numbers.last()), what);
    } else if (state.getRunning() != null) {
      check(startedAt(status.getName(), count).contains(state.getRunning().getStartedAt()), what);
      last(pod, status, Optional.ofNullable(numbers.lower(count)), what);
    } else if (isKnown(state.getTerminated())) {
      ended(pod, status, what);
    } else if (state.getWaiting() != null) {
      check(count <= next() || numbers.contains(count), what);
      last(pod, status, Optional.ofNullable(numbers.floor(count)), what);
    }
  }

  /** Once an attempt has ended, all counts may be that of the container with the most runs. */
  private void ended(Pod pod, ContainerStatus status, String what) {
    int count = status.getRestartCount();
    List<Integer> ends = ends(pod, status.getName(), status.getState().getTerminated());
    check(
        ends.stream()
            .anyMatch(
                end -> end == count || (end < count && count <= mostIn(end)) || count == next()),
        what + " is the end of the run " + ends);
    // Between two runs without a back-off, the status cannot tell one end from its like; and an
    // end that was told stays as it is.
    if (ends.size() == 1 && !isToldAlready(pod, status.getName())) {
      int end = ends.getFirst();
      last(pod, status, Optional.ofNullable(numbers(status.getName()).lower(end)), what);
    }
  }

  private static boolean isToldAlready(Pod pod, String container) {
    return Stream.concat(
            pod.getStatus().getInitContainerStatuses().stream(),
            pod.getStatus().getContainerStatuses().stream())
        .filter(s -> s.getName().equals(container) && s.getState().getRunning() == null)
        .map(s -> s.getState().getWaiting())
        .anyMatch(w -> w == null || !"CrashLoopBackOff".equals(w.getReason()));
  }

  /** The highest number of any run of the attempt to which this number belongs. */
  private int mostIn(int number) {
    return runs.stream()
        .filter(r -> r.attempt.number() <= number)
        .mapToInt(SteppedRun::highestNumber)
        .max()
        .orElse(0);
  }

  /** The run before is told, unless nobody knows how it ended. */
  private void last(Pod pod, ContainerStatus status, Optional<Integer> before, String what) {
    ContainerStateTerminated last =
        status.getLastState() == null ? null : status.getLastState().getTerminated();
    if (last == null) {
      boolean running = status.getState().getRunning() != null;
      check(!running || before.isEmpty(), what + " lacks the run before, " + before);
    } else if (isKnown(last)) {
      List<Integer> told = ends(pod, status.getName(), last);
      int latest = before.orElse(-1);
      // One that waits may have run meanwhile, in an attempt of which nothing was heard yet.
      boolean waits = status.getState().getWaiting() != null;
      Integer earlier = numbers(status.getName()).lower(latest);
      check(
          told.contains(latest) || (waits && earlier != null && told.contains(earlier)),
          what + " tells of the run " + told + " and not of the one before, " + before);
    }
  }

  private static boolean isKnown(@org.jspecify.annotations.Nullable ContainerStateTerminated end) {
    return end != null && !"ContainerStatusUnknown".equals(end.getReason());
  }

  private List<Integer> ends(Pod pod, String container, ContainerStateTerminated end) {
    Instant at = Instant.parse(end.getFinishedAt());
    return words.ofEnd(pod.getMetadata().getUid(), container, end.getExitCode(), at).stream()
        .map(said -> said.run().attempt().number())
        .toList();
  }

  private static boolean isSidecar(Pod pod, String name) {
    return pod.getSpec().getInitContainers().stream()
        .filter(c -> name.equals(c.getName()))
        .map(Container::getRestartPolicy)
        .anyMatch("Always"::equals);
  }

  /** Of all runs of the container that ever started. */
  private NavigableSet<Integer> numbers(String container) {
    NavigableSet<Integer> numbers = new TreeSet<>();
    for (SteppedRun run : runs) {
      for (int i = 0; i < run.starts(container).size(); i++) {
        numbers.add(run.attempt.number() + i);
      }
    }
    return numbers;
  }

  private List<String> startedAt(String container, int number) {
    return runs.stream()
        .filter(r -> number >= r.attempt.number())
        .filter(r -> number - r.attempt.number() < r.starts(container).size())
        .map(r -> r.starts(container).get(number - r.attempt.number()))
        .map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString())
        .toList();
  }

  /** The number of the next attempt. */
  private int next() {
    return runs.stream().mapToInt(r -> r.highestNumber() + 1).max().orElse(0);
  }
}
