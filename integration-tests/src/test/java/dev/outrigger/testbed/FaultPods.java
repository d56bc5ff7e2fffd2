package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.simulator.AwsSimulator;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStarted;
import dev.outrigger.simulator.journal.JournalEntry.WorkloadStopped;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Pods of one fault test: created at once and known by their UIDs from then on, so that what
 * the simulator ran for them can be counted even after they are deleted.
 */
final class FaultPods {

  private static final Pattern TOKEN =
      Pattern.compile("([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-(\\d+)");

  /** A Pod as the API server shows it. */
  record Seen(
      String uid, String phase, String exitCode, String reason, int restarts, boolean ready) {

    /** {@code phase/exit code}; an exit code that nobody knows is {@code unknown}. */
    String outcome() {
      return phase + "/" + (reason.equals("ContainerStatusUnknown") ? "unknown" : exitCode);
    }
  }

  private final AwsSimulator simulator;
  private final Kubectl kubectl;
  private final Map<String, String> names = new HashMap<>();

  FaultPods(AwsSimulator simulator, Kubectl kubectl) {
    this.simulator = simulator;
    this.kubectl = kubectl;
  }

  void apply(List<String> pods) {
    kubectl.create(String.join("", pods));
    seen().forEach((name, pod) -> names.put(pod.uid(), name));
  }

  /** Deletes the Pods of a group, and does not wait. */
  void delete(String group) {
    kubectl.get("delete", "pods", "-l", "group=" + group, "--wait=false");
  }

  /** The Pods that the API server has now, by name. */
  Map<String, Seen> seen() {
    Map<String, Seen> pods = new TreeMap<>();
    for (Pod pod : Clients.of(kubectl).pods().inNamespace(kubectl.namespace()).list().getItems()) {
      pods.put(pod.getMetadata().getName(), seen(pod));
    }
    return pods;
  }

  private static Seen seen(Pod pod) {
    Optional<ContainerStatus> status = pod.getStatus().getContainerStatuses().stream().findFirst();
    Optional<ContainerStateTerminated> ended =
        status.map(ContainerStatus::getState).map(ContainerState::getTerminated);
    return new Seen(
        pod.getMetadata().getUid(),
        pod.getStatus().getPhase(),
        ended.map(ContainerStateTerminated::getExitCode).map(Object::toString).orElse(""),
        ended.map(ContainerStateTerminated::getReason).orElse(""),
        status.map(ContainerStatus::getRestartCount).orElse(0),
        pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
  }

  /** Waits until exactly these Pods are there, each with its outcome ({@code phase/exit code}). */
  void awaitOutcomes(Map<String, String> expected, Duration limit) {
    awaitOutcomes(expected, limit, (name, pod) -> false);
  }

  /**
   * The same, where Pods that may be so are allowed to have failed with an unknown exit code.
   *
   * @param mayBeUnknown asked for Pods whose outcome is unknown
   */
  void awaitOutcomes(
      Map<String, String> expected, Duration limit, BiPredicate<String, String> mayBeUnknown) {
    await()
        .atMost(limit)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () -> {
              Map<String, String> outcomes = new TreeMap<>();
              seen().forEach((name, pod) -> outcomes.put(name, pod.outcome()));
              outcomes.replaceAll(
                  (name, outcome) -> {
                    String wanted = expected.getOrDefault(name, "");
                    boolean allowed =
                        outcome.equals("Failed/unknown") && mayBeUnknown.test(name, wanted);
                    return allowed ? wanted : outcome;
                  });
              assertThat(outcomes).isEqualTo(new TreeMap<>(expected));
            });
  }

  /** How many of the Pods that are there have an unknown outcome. */
  long unknown() {
    return seen().values().stream().filter(p -> p.outcome().equals("Failed/unknown")).count();
  }

  /** How often each attempt was started: by Pod UID and attempt, {@code <uid>-<number>}. */
  Map<String, Long> starts() {
    return started().stream()
        .collect(Collectors.groupingBy(FaultPods::attempt, Collectors.counting()));
  }

  /** The UIDs of those Pods that run in the simulator now. */
  Set<String> running() {
    Set<String> stopped =
        simulator.journal().stops().stream().map(WorkloadStopped::id).collect(Collectors.toSet());
    return started().stream()
        .filter(start -> !stopped.contains(start.id()))
        .map(FaultPods::attempt)
        .map(FaultPods::uid)
        .collect(Collectors.toSet());
  }

  /** The names of those Pods of which nothing was ever started. */
  Set<String> neverStarted() {
    Set<String> started =
        starts().keySet().stream().map(FaultPods::uid).collect(Collectors.toSet());
    return names.entrySet().stream()
        .filter(pod -> !started.contains(pod.getKey()))
        .map(Map.Entry::getValue)
        .collect(Collectors.toSet());
  }

  /** How many Pods were applied. */
  int size() {
    return names.size();
  }

  /** Waits until the simulator runs nothing more for any of the Pods. */
  void awaitNothingRuns() {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(running()).as("left without a Pod").isEmpty());
  }

  private List<WorkloadStarted> started() {
    return simulator.journal().starts().stream()
        .filter(start -> names.containsKey(uid(attempt(start))))
        .toList();
  }

  /** ECS knows the attempt as its client token, Lambda from the client context. */
  private static String attempt(WorkloadStarted start) {
    Matcher token =
        TOKEN.matcher(start.clientToken() + start.tags().getOrDefault("clientContext", ""));
    return token.find() ? token.group() : "";
  }

  private static String uid(String attempt) {
    return attempt.isEmpty() ? "" : attempt.substring(0, attempt.lastIndexOf('-'));
  }
}
