package dev.outrigger.provider.testkit;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** One attempt in the fake backend; its logs are shared by all of its versions. */
record FakeWorkload(String node, Workload view, Map<String, List<LogLine>> logs) {

  static FakeWorkload of(String node, PodWork work, ContainerState state) {
    List<ContainerObservation> containers =
        work.containers().stream()
            .map(
                c ->
                    new ContainerObservation(
                        c.name(),
                        state,
                        Optional.of("fake://" + work.attempt().token() + "/" + c.name()),
                        Optional.of(c.image())))
            .toList();
    var view = new Workload(work.attempt(), "fake-" + work.attempt().token(), containers);
    return new FakeWorkload(node, view, new ConcurrentHashMap<>());
  }

  static ContainerState.Terminated terminated(OptionalInt exitCode, String reason, Instant now) {
    return new ContainerState.Terminated(exitCode, reason, "", Optional.of(now), now);
  }

  FakeWorkload withStates(ContainerState state) {
    return mapped(c -> with(c, state));
  }

  FakeWorkload withState(String container, ContainerState state) {
    return mapped(c -> c.name().equals(container) ? with(c, state) : c);
  }

  /** Ends what has not ended yet. */
  FakeWorkload ended(OptionalInt exitCode, String reason, Instant now) {
    return mapped(
        c ->
            switch (c.state()) {
              case ContainerState.Terminated t -> c;
              case ContainerState.Running r ->
                  with(
                      c,
                      new ContainerState.Terminated(
                          exitCode, reason, "", Optional.of(r.startedAt()), now));
              case ContainerState.Waiting w ->
                  with(
                      c,
                      new ContainerState.Terminated(exitCode, reason, "", Optional.empty(), now));
            });
  }

  /** Ends that run with 143 if it is the current one; starts the next if that is asked for. */
  FakeWorkload runStopped(ContainerStop stop, Instant now) {
    return mapped(
        c ->
            c.name().equals(stop.container())
                    && view.attempt().number() + c.restarts() == stop.run().number()
                    && c.state() instanceof ContainerState.Running r
                ? runEnded(
                    c,
                    new ContainerState.Terminated(
                        OptionalInt.of(143), "Error", "", Optional.of(r.startedAt()), now),
                    stop.again())
                : c);
  }

  private static ContainerObservation runEnded(
      ContainerObservation c, ContainerState.Terminated end, boolean again) {
    return again
        ? new ContainerObservation(
            c.name(),
            new ContainerState.Running(end.finishedAt()),
            c.containerId(),
            c.imageId(),
            c.restarts() + 1,
            Optional.of(end))
        : c.withState(end);
  }

  FakeWorkload stopping() {
    return new FakeWorkload(
        node,
        new Workload(
            view.attempt(), view.handle(), view.containers(), view.podIp(), true, view.warning()),
        logs);
  }

  boolean has(String container) {
    return view.containers().stream().anyMatch(c -> c.name().equals(container));
  }

  boolean hasEnded(String container) {
    return view.containers().stream()
        .anyMatch(
            c -> c.name().equals(container) && c.state() instanceof ContainerState.Terminated);
  }

  List<LogLine> logOf(String container) {
    return logs.computeIfAbsent(container, c -> new CopyOnWriteArrayList<>());
  }

  private FakeWorkload mapped(UnaryOperator<ContainerObservation> change) {
    var containers = view.containers().stream().map(change).toList();
    var changed =
        new Workload(
            view.attempt(),
            view.handle(),
            containers,
            view.podIp(),
            view.stopping(),
            view.warning());
    return new FakeWorkload(node, changed, logs);
  }

  private static ContainerObservation with(ContainerObservation c, ContainerState state) {
    return c.withState(state);
  }
}
