package dev.outrigger.lambda;

import dev.outrigger.provider.LogLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One invocation's lines out of a log stream that it shares with others. An execution environment
 * handles one invocation at a time, so a line belongs to the last start before it, unless the
 * runtime says in it that it belongs to another that has started. What a new environment writes
 * while it initialises belongs to the invocation it was made for. Pure; fed with one stream's
 * events in order; not safe for concurrent use.
 *
 * <p>What looks like the platform's is taken for the handler's own where the platform cannot have
 * written it: between the invocation's start and its report, the start or the report of another; a
 * report that the invocation's own lines follow. So the last report counts, and it ends the
 * invocation for certain only when something else of the environment follows. What cannot be told
 * apart: a handler's exact copy of its own report with nothing after it, and of lines that say
 * nothing of an invocation. Where the platform's report itself is lost, the next invocation's lines
 * pass for lines of this one.
 */
final class LogSeparator {

  private enum Stage {
    BEFORE,
    RUNNING,
    REPORTED,
    OVER
  }

  private record Event(Instant time, String message) {}

  private static final Pattern HANDLED_ERROR =
      Pattern.compile("^(\\[ERROR\\] |\\S+\t\\S+\tERROR\tInvoke Error)");

  private final String requestId;
  private final List<LogLine> initialising = new ArrayList<>();
  private final Set<String> others = new HashSet<>();
  private boolean inInit;
  private Stage stage = Stage.BEFORE;
  private Optional<LogReport> report = Optional.empty();

  /** The report as it came, while nothing has followed it. */
  private Optional<Event> held = Optional.empty();

  private Optional<String> detail = Optional.empty();
  private boolean sawHandledError;

  LogSeparator(String requestId) {
    this.requestId = requestId;
  }

  /** The last report of the invocation so far. */
  Optional<LogReport> report() {
    return report;
  }

  /** Whether nothing of the invocation has followed its report. */
  boolean endsWithReport() {
    return held.isPresent() || stage == Stage.OVER;
  }

  /** The lines of the invocation that the next event of the stream brings. */
  List<LogLine> accept(Instant time, String message) {
    Event event = new Event(time, message);
    Optional<PlatformLine> platform = PlatformLine.of(time, message).filter(this::isPossible);
    return platform.isPresent() ? platform(platform.get(), event) : handlers(event);
  }

  /** Whether the platform can have written this now. */
  private boolean isPossible(PlatformLine line) {
    return switch (line) {
      case PlatformLine.InitStart i -> true;
      case PlatformLine.Start s ->
          stage == Stage.BEFORE
              || stage == Stage.OVER
              || (stage == Stage.REPORTED && !s.requestId().equals(requestId));
      case PlatformLine.Report r -> isOurs(r.report().requestId()) || !isUnderWay();
      case PlatformLine.Failure f -> isOurs(f.requestId()) || !isUnderWay();
      case PlatformLine.Other o -> o.requestId().map(this::isOurs).orElse(true) || !isUnderWay();
    };
  }

  private boolean isOurs(String id) {
    return id.equals(requestId);
  }

  private boolean isUnderWay() {
    return stage == Stage.RUNNING || stage == Stage.REPORTED;
  }

  private List<LogLine> platform(PlatformLine line, Event event) {
    switch (line) {
      case PlatformLine.InitStart i -> {
        next();
        inInit = true;
      }
      case PlatformLine.Start s -> {
        return started(s.requestId());
      }
      case PlatformLine.Report r when isOurs(r.report().requestId()) -> {
        return reported(r.report(), event);
      }
      case PlatformLine.Failure f when isOurs(f.requestId()) -> detail = Optional.of(f.detail());
      case PlatformLine.Report other -> {}
      case PlatformLine.Failure other -> {}
      case PlatformLine.Other other -> {}
    }
    return List.of();
  }

  /** The environment has gone on to something else. */
  private void next() {
    if (stage == Stage.REPORTED) {
      stage = Stage.OVER;
    }
  }

  private List<LogLine> started(String id) {
    List<LogLine> lines = List.of();
    next();
    if (stage == Stage.BEFORE && isOurs(id)) {
      stage = Stage.RUNNING;
      lines = List.copyOf(initialising);
    } else {
      others.add(id);
    }
    initialising.clear();
    inInit = false;
    return lines;
  }

  private List<LogLine> reported(LogReport found, Event event) {
    List<LogLine> before = release();
    held = Optional.of(event);
    stage = Stage.REPORTED;
    String fallback = sawHandledError ? "error" : "";
    report =
        Optional.of(
            new LogReport(
                found.requestId(),
                found.time(),
                found.status().isEmpty() ? fallback : found.status(),
                found.errorType(),
                found.traceId(),
                detail,
                found.peakMemory()));
    return before;
  }

  /** What was held for the platform's report, as the line of the handler that it was. */
  private List<LogLine> release() {
    List<LogLine> lines = held.map(e -> EventLines.of(e.time(), e.message())).orElse(List.of());
    held = Optional.empty();
    return lines;
  }

  private List<LogLine> handlers(Event event) {
    String text = event.message().stripTrailing();
    Optional<RuntimeRecord> named = text.startsWith("{") ? record(text) : Optional.empty();
    if (named.filter(r -> others.contains(r.requestId())).isPresent()) {
      return List.of();
    }
    Optional<RuntimeRecord> own = named.filter(r -> isOurs(r.requestId()));
    own.flatMap(RuntimeRecord::error).ifPresent(e -> detail = Optional.of(e));
    if (own.isEmpty() && isUnderWay() && HANDLED_ERROR.matcher(text).find()) {
      sawHandledError = true;
      detail = Optional.of(text.lines().findFirst().orElse(text));
    }
    List<LogLine> lines =
        EventLines.of(event.time(), own.map(RuntimeRecord::message).orElse(event.message()));
    if (own.isEmpty() && !isUnderWay()) {
      if (inInit && stage == Stage.BEFORE) {
        initialising.addAll(lines);
      }
      return List.of();
    }
    List<LogLine> all = new ArrayList<>(stage == Stage.OVER ? List.of() : release());
    all.addAll(lines);
    return all;
  }

  private static Optional<RuntimeRecord> record(String text) {
    return JsonLines.parse(text).flatMap(RuntimeRecord::of);
  }

  /** The report of an invocation in the tail of its log that came with its answer. */
  static Optional<LogReport> reportIn(String tail, String requestId, Instant now) {
    return tail.lines()
        .flatMap(line -> PlatformLine.of(now, line).stream())
        .filter(PlatformLine.Report.class::isInstance)
        .map(line -> ((PlatformLine.Report) line).report())
        .filter(found -> found.requestId().equals(requestId))
        .reduce((earlier, last) -> last);
  }
}
