package dev.outrigger.lambda;

import dev.outrigger.lambda.FunctionLog.Place;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One invocation's lines out of the log that all invocations of its function share, followed by its
 * answer. While it runs it is found by its trace; afterwards by its request id.
 */
final class LambdaLogs implements LogSource {

  private static final Duration POLL = Duration.ofMillis(500);

  /** How many polls after the end the report may take to show up. */
  private static final int PATIENCE = 6;

  /** How long before the end, by another clock, the report of that end may have been written. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  private final LambdaClients clients;
  private final Attempts attempts;

  LambdaLogs(LambdaClients clients, Attempts attempts) {
    this.clients = clients;
    this.attempts = attempts;
  }

  @Override
  public void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    new Reading(query, sink).run();
  }

  private final class Reading {
    private final LogQuery query;
    private final LogSink sink;
    private final PodAttempt attempt;
    private Optional<FunctionLog.Cursor> cursor = Optional.empty();
    private boolean caughtUp;

    Reading(LogQuery query, LogSink sink) {
      this.query = query;
      this.sink = sink;
      this.attempt = query.attempt();
    }

    void run() throws ProviderException, IOException, InterruptedException {
      int quiet = 0;
      while (true) {
        Board.Entry entry = attempts.known(attempt);
        Claim claim = entry.claim();
        boolean ended = claim.ended().isPresent();
        step(entry);
        boolean complete = ended && (isReported(claim) || quiet++ >= PATIENCE || !mayReport(claim));
        if (complete) {
          answer(claim);
        }
        if (!caughtUp && (complete || !query.follow() || !ended)) {
          if (!ended || complete) {
            sink.caughtUp();
            caughtUp = true;
          }
        }
        if (complete || (!query.follow() && !ended)) {
          return;
        }
        Thread.sleep(POLL);
      }
    }

    /** An end by deletion, or without an invocation, has no report to wait for. */
    private boolean mayReport(Claim claim) {
      return claim.ended().flatMap(Claim.Ended::requestId).isPresent();
    }

    /** A report from long before the end is none of that end: the handler wrote it. */
    private boolean isReported(Claim claim) {
      Optional<LogReport> report =
          cursor
              .map(FunctionLog.Cursor::invocation)
              .filter(LogSeparator::endsWithReport)
              .flatMap(LogSeparator::report);
      Optional<Instant> end = claim.ended().map(e -> e.state().finishedAt().minus(SKEW));
      return report.isPresent() && end.isPresent() && !report.get().time().isBefore(end.get());
    }

    private void step(Board.Entry entry) throws ProviderException, IOException {
      if (cursor.isEmpty()) {
        locate(entry);
      }
      if (cursor.isPresent()) {
        for (LogLine line : cursor.get().next()) {
          line(line);
        }
      }
    }

    private void locate(Board.Entry entry) throws ProviderException {
      Claim claim = entry.claim();
      Optional<Claim.Details> details = claim.details();
      if (details.isEmpty() || claim.sentAt().isEmpty()) {
        return;
      }
      FunctionLog log = new FunctionLog(clients, entry.caller(), details.get().logGroup());
      Instant since = claim.sentAt().get();
      Optional<String> requestId = claim.ended().flatMap(Claim.Ended::requestId);
      Optional<Place> place =
          requestId.isPresent()
              ? log.find(requestId.get(), since)
              : log.started(since, root -> TraceHeader.isOf(root, attempt)).stream().findFirst();
      cursor = place.map(log::cursor);
    }

    private void answer(Claim claim) throws IOException {
      Optional<Claim.Ended> ended = claim.ended();
      boolean wanted = claim.details().map(Claim.Details::logAnswer).orElse(false);
      if (!wanted || ended.isEmpty()) {
        return;
      }
      Optional<String> text = ended.get().answer().filter(a -> !a.equals("null") && !a.isBlank());
      if (text.isPresent()) {
        byte[] bytes = text.get().getBytes(StandardCharsets.UTF_8);
        line(new LogLine(ended.get().state().finishedAt(), LogLine.Stream.STDOUT, bytes, true));
      }
    }

    private void line(LogLine line) throws IOException {
      if (query.since().isEmpty() || !line.time().isBefore(query.since().get())) {
        sink.line(line);
      }
    }
  }
}
