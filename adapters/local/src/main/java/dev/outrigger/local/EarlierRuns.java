package dev.outrigger.local;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.PodKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The runs of a container that have ended and were followed by another, or were to be, as its
 * supervisor wrote them down, oldest first.
 */
record EarlierRuns(List<Run> runs) {

  /**
   * @param pause before the next one
   */
  private record Run(HostProcess process, ContainerState.Terminated end, Duration pause) {

    private static final Pattern LINE = Pattern.compile("\\d+ \\d* \\d{1,3} \\d+ \\d+ \\d+");

    /** {@code "pid start-time exit-code begin end pause"}. */
    static Optional<Run> parse(String line, Optional<String> said) {
      if (!LINE.matcher(line).matches()) {
        return Optional.empty();
      }
      String[] fields = line.split(" ");
      String start = fields[1].isEmpty() ? "0" : fields[1]; // older supervisors wrote nothing
      return HostProcess.parse(fields[0] + " " + start, " ")
          .map(
              process ->
                  new Run(
                      process,
                      end(Integer.parseInt(fields[2]), micros(fields[3]), micros(fields[4]), said),
                      Duration.ofMillis(Long.parseLong(fields[5]))));
    }

    private static ContainerState.Terminated end(
        int code, Instant started, Instant finished, Optional<String> said) {
      return new ContainerState.Terminated(
          OptionalInt.of(code),
          code == 0 ? "Completed" : "Error",
          "",
          Optional.of(started),
          finished,
          said);
    }

    private static Instant micros(String text) {
      long micros = Long.parseLong(text);
      return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    }
  }

  /**
   * @param container its folder
   */
  static EarlierRuns read(Path container) throws IOException {
    List<Run> runs = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(container.resolve("runs"))) {
        Optional<String> said = LastMessage.read(container.resolve("message." + runs.size()));
        Run.parse(line, said).ifPresent(runs::add);
      }
    } catch (NoSuchFileException e) {
      // none has ended
    }
    return new EarlierRuns(runs);
  }

  /**
   * Whether these are all runs before that of this process, and so many.
   *
   * @param process the latest one, as it was before the runs were read
   */
  boolean are(int count, HostProcess process) {
    return runs.size() == count && runs.stream().noneMatch(r -> r.process.equals(process));
  }

  /**
   * What is seen of the container, with the runs before.
   *
   * @param seen as of a container that is started once
   * @param process the latest one, as it was before the runs were read; empty when it has ended
   * @param stop when the end of the attempt was asked for, read after the runs: a run that ended
   *     since then was the last, so that its end is the container's and not that of a run before
   */
  ContainerObservation in(
      ContainerObservation seen,
      Optional<HostProcess> process,
      Optional<Instant> stop,
      PodKey pod) {
    boolean ended =
        process.isEmpty() || runs.stream().anyMatch(r -> process.get().equals(r.process));
    return switch (seen.state()) {
      case ContainerState.Waiting w when runs.isEmpty() -> seen;
      case ContainerState.Running r when !ended || runs.isEmpty() -> with(seen, runs.size());
      case ContainerState.Waiting w -> between(seen, stop, pod);
      case ContainerState.Running r -> between(seen, stop, pod);
      case ContainerState.Terminated t ->
          ended && !runs.isEmpty()
              ? with(seen.withState(said(runs.getLast().end, t)), runs.size() - 1)
              : with(seen, runs.size());
    };
  }

  /** The end of the last run, with what it said last. */
  private static ContainerState.Terminated said(
      ContainerState.Terminated end, ContainerState.Terminated seen) {
    return new ContainerState.Terminated(
        end.exitCode(),
        end.reason(),
        end.message(),
        end.startedAt(),
        end.finishedAt(),
        seen.lastWords());
  }

  /** After a run: nothing runs, and the supervisor has not yet started it again or finished it. */
  private ContainerObservation between(
      ContainerObservation seen, Optional<Instant> stop, PodKey pod) {
    ContainerState.Terminated end = runs.getLast().end;
    boolean last = stop.isPresent() && !end.finishedAt().isBefore(stop.get());
    return last
        ? with(
            seen.withState(new ContainerState.Running(end.startedAt().orElseThrow())),
            runs.size() - 1)
        : waiting(seen, pod);
  }

  private ContainerObservation waiting(ContainerObservation seen, PodKey pod) {
    return new ContainerObservation(
        seen.name(),
        waitingState(seen, pod),
        seen.containerId(),
        seen.imageId(),
        runs.size() - 1,
        Optional.of(runs.getLast().end));
  }

  private ContainerState.Waiting waitingState(ContainerObservation seen, PodKey pod) {
    Duration pause = runs.getLast().pause;
    if (seen.state() instanceof ContainerState.Waiting w && FileKeys.LACKING.equals(w.reason())) {
      return w;
    }
    return pause.isZero()
        ? new ContainerState.Waiting("ContainerCreating", "")
        : new ContainerState.Waiting(
            "CrashLoopBackOff",
            "back-off %s restarting failed container=%s pod=%s_%s(%s)"
                .formatted(text(pause), seen.name(), pod.name(), pod.namespace(), pod.uid()));
  }

  /**
   * @param restarts of which the run before is the last that is told of
   */
  private ContainerObservation with(ContainerObservation seen, int restarts) {
    return new ContainerObservation(
        seen.name(),
        seen.state(),
        seen.containerId(),
        seen.imageId(),
        restarts,
        restarts == 0 ? Optional.empty() : Optional.of(runs.get(restarts - 1).end));
  }

  /** As Go prints a duration: {@code 10s}, {@code 1m20s}, {@code 5m0s}. */
  private static String text(Duration pause) {
    if (pause.compareTo(Duration.ofSeconds(1)) < 0) {
      return pause.toMillis() + "ms";
    }
    return (pause.toMinutes() == 0 ? "" : pause.toMinutes() + "m") + pause.toSecondsPart() + "s";
  }
}
