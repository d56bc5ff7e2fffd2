package dev.outrigger.agent.pod;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What was started of a Pod, with all that was ever to be seen of it. */
abstract class RunHistory {

  /** What a container is to its Pod. */
  enum Role {
    INIT,
    SIDECAR,
    MAIN
  }

  final PodAttempt attempt;
  final List<Workload> history = new ArrayList<>();
  boolean removed;
  boolean late;
  private final List<Container> specs;
  private final List<Role> roles;
  private final String policy;
  private final Map<String, List<Instant>> starts = new HashMap<>();
  private final Map<String, List<ContainerState.Terminated>> ends = new HashMap<>();

  RunHistory(PodWork work) {
    this.attempt = work.attempt();
    var spec = work.pod().getSpec();
    this.specs =
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
    this.roles =
        Stream.concat(
                spec.getInitContainers().stream()
                    .map(c -> Sidecars.is(c) ? Role.SIDECAR : Role.INIT),
                spec.getContainers().stream().map(c -> Role.MAIN))
            .toList();
    this.policy = spec.getRestartPolicy();
  }

  final void started(String container, Instant at) {
    starts.computeIfAbsent(container, c -> new ArrayList<>()).add(at);
  }

  final void ended(String container, ContainerState.Terminated end) {
    ends.computeIfAbsent(container, c -> new ArrayList<>()).add(end);
  }

  List<Container> specs() {
    return specs;
  }

  Workload now() {
    return history.getLast();
  }

  /** What there is of this kind of containers. */
  List<ContainerObservation> now(Role role) {
    List<ContainerObservation> found = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      if (roles.get(i) == role) {
        found.add(now().containers().get(i));
      }
    }
    return found;
  }

  List<Role> roles() {
    return roles;
  }

  Container spec(int index) {
    return specs.get(index);
  }

  Container spec(String container) {
    return specs.stream().filter(c -> c.getName().equals(container)).findFirst().orElseThrow();
  }

  String policy() {
    return policy;
  }

  /** When its runs started, by how often it had been before. */
  List<Instant> starts(String container) {
    return starts.getOrDefault(container, List.of());
  }

  /** How its runs ended. */
  List<ContainerState.Terminated> ends(String container) {
    return ends.getOrDefault(container, List.of());
  }

  boolean hasInits() {
    return roles.getFirst() != Role.MAIN;
  }

  Role role(String container) {
    return roles.get(specs.stream().map(Container::getName).toList().indexOf(container));
  }

  /** How often this container was started again by itself. */
  int restarts(String container) {
    return now().containers().stream()
        .filter(c -> c.name().equals(container))
        .mapToInt(ContainerObservation::restarts)
        .sum();
  }

  /** The highest restart count that is so of a main container. */
  int latestRun() {
    return attempt.number() + restarts(Role.MAIN);
  }

  /** The highest that is so of any whose runs are numbered with the attempts. */
  int highestNumber() {
    return attempt.number() + Math.max(restarts(Role.MAIN), restarts(Role.INIT));
  }

  private int restarts(Role role) {
    return now(role).stream().mapToInt(ContainerObservation::restarts).max().orElse(0);
  }

  /** Whether it runs, as somebody who asks may know. */
  boolean isKnownLive() {
    return isLive() && !late;
  }

  boolean isLive() {
    return !removed && !now().isTerminated();
  }

  final boolean hasEnded(Role role) {
    return now(role).stream().allMatch(c -> c.state() instanceof ContainerState.Terminated);
  }

  @Override
  public String toString() {
    List<String> containers = now().containers().stream().map(StartOrder::text).toList();
    return attempt.token() + (now().stopping() ? " stopping " : " ") + containers;
  }
}
