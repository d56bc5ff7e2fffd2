package dev.outrigger.lambda;

import dev.outrigger.lambda.FunctionLog.Reported;
import dev.outrigger.lambda.InvocationPlan.Caller;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the outcome of invocations whose answer this process will not see: sent by a process that
 * is gone, or whose answer was lost. Looks into the claims (whoever sent it may still record its
 * end) and into the functions' logs; when an invocation can no longer be running and neither says
 * anything, its outcome is unknown and is called so. Never invokes anything.
 */
final class Recovery implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** How late a log may come after the invocation it belongs to. */
  private static final Duration LOG_DELAY = Duration.ofSeconds(60);

  /**
   * A log that cannot be read at the moment says nothing yet; one that never can, nothing at all.
   */
  private static final Duration UNREADABLE = Duration.ofMinutes(15);

  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Board board;
  private final Claims claims;
  private final LambdaClients clients;
  private final Clock clock;
  private final Set<PodAttempt> followed = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  private record Group(String name, Caller caller) {}

  Recovery(Board board, Claims claims, LambdaClients clients, Clock clock) {
    this.board = board;
    this.claims = claims;
    this.clients = clients;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("lambda-recovery").start(this::run);
  }

  /** Looks for the outcome of an attempt that is on the board, until it has one. */
  void follow(PodAttempt attempt) {
    followed.add(attempt);
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(POLL);
        if (!followed.isEmpty()) {
          look();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ProviderException e) {
        LOG.atInfo().addKeyValue("cause", e.getMessage()).log("looking for outcomes failed");
      }
    }
  }

  private void look() throws ProviderException {
    Map<PodAttempt, Claim> recorded = new HashMap<>();
    for (Claim claim : claims.all()) {
      claim.details().ifPresent(d -> recorded.put(d.attempt(), claim));
    }
    Map<Group, List<Reported>> reports = new HashMap<>();
    for (PodAttempt attempt : List.copyOf(followed)) {
      Optional<Board.Entry> entry = board.get(attempt);
      if (entry.isEmpty() || entry.get().claim().ended().isPresent()) {
        followed.remove(attempt);
        continue;
      }
      Claim seen = recorded.get(attempt);
      if (seen != null && seen.ended().isPresent()) {
        board.update(attempt, List.of(new ClaimEvent.Finished(seen.ended().get())));
      } else {
        look(attempt, entry.get(), reports);
      }
    }
  }

  private void look(PodAttempt attempt, Board.Entry entry, Map<Group, List<Reported>> reports)
      throws ProviderException {
    Claim claim = entry.claim();
    Instant sent = claim.sentAt().orElse(claim.aliveAt());
    Group group =
        new Group(claim.details().map(Claim.Details::logGroup).orElse(""), entry.caller());
    Optional<ClaimEvent> end = Optional.empty();
    Duration patience = LOG_DELAY;
    try {
      List<Reported> found = reports.get(group);
      if (found == null) {
        found = new FunctionLog(clients, entry.caller(), group.name()).reports(earliest(group));
        reports.put(group, found);
      }
      end = fromLog(attempt, entry, sent, found);
    } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
      LOG.atInfo().addKeyValue("cause", e.getMessage()).log("a function's log has to wait");
      patience = UNREADABLE;
    } catch (ProviderException e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("reading a function's log failed");
    }
    if (end.isEmpty() && clock.instant().isAfter(claim.latestEnd().plus(patience))) {
      LOG.atWarn()
          .addKeyValue("pod", attempt.key().namespacedName())
          .addKeyValue("sent", sent)
          .log("nothing tells how an invocation ended; its outcome is unknown");
      end = Optional.of(new ClaimEvent.Finished(unknown(claim, sent)));
    }
    if (end.isPresent()) {
      claims.append(claim, List.of(end.get()));
      board.update(attempt, List.of(end.get()));
    }
  }

  private Optional<ClaimEvent> fromLog(
      PodAttempt attempt, Board.Entry entry, Instant sent, List<Reported> reports)
      throws ProviderException {
    Optional<Reported> last =
        reports.stream()
            .filter(r -> r.report().traceId().filter(t -> TraceHeader.isOf(t, attempt)).isPresent())
            .max(Comparator.comparing(r -> r.report().time()));
    // Whoever sent it may be about to record the answer itself, which says more.
    if (last.isEmpty() || last.get().report().time().isAfter(clock.instant().minus(SETTLE))) {
      return Optional.empty();
    }
    return reportOf(entry, last.get().place())
        .map(
            report ->
                new ClaimEvent.Finished(
                    new Claim.Ended(
                        LambdaStatusMapper.ofReport(report, sent),
                        Optional.of(report.requestId()),
                        Optional.empty(),
                        report.peakMemory())));
  }

  /**
   * The report with what the lines before it say of the failure. One that lines of the invocation
   * follow may be the handler's: then only what stands there once it must have ended counts.
   */
  private Optional<LogReport> reportOf(Board.Entry entry, FunctionLog.Place place)
      throws ProviderException {
    String group = entry.claim().details().map(Claim.Details::logGroup).orElse("");
    FunctionLog.Cursor cursor = new FunctionLog(clients, entry.caller(), group).cursor(place);
    cursor.next();
    boolean mustHaveEnded = clock.instant().isAfter(entry.claim().latestEnd());
    return cursor.invocation().endsWithReport() || mustHaveEnded
        ? cursor.invocation().report()
        : Optional.empty();
  }

  private Instant earliest(Group group) {
    return followed.stream()
        .flatMap(a -> board.get(a).stream())
        .map(Board.Entry::claim)
        .filter(c -> c.details().map(d -> d.logGroup().equals(group.name())).orElse(false))
        .map(c -> c.sentAt().orElse(c.aliveAt()))
        .min(Instant::compareTo)
        .orElseGet(clock::instant);
  }

  private Claim.Ended unknown(Claim claim, Instant sent) {
    Terminated state =
        LambdaStatusMapper.unknown(
            "the answer of the invocation was lost, and the function's log does not show how it"
                + " ended; it was not invoked again",
            Optional.of(sent),
            claim.latestEnd());
    return new Claim.Ended(state, Optional.empty(), Optional.empty());
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
