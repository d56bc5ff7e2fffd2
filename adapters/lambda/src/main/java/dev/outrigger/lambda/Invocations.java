package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsErrors;
import dev.outrigger.lambda.Functions.Ready;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Invokes claimed attempts, each on a virtual thread of its own.
 *
 * <p>INVARIANT: an Invoke is sent only by the process that holds the attempt's claim, after a
 * {@code Sending} record became durable, and again only after AWS said that the one before did not
 * run.
 */
final class Invocations implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Invocations.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int RECORD_TRIES = 20;
  private static final int KEPT_ANSWER = 64 * 1024;

  private final Board board;
  private final Claims claims;
  private final LambdaClients clients;
  private final Recovery recovery;
  private final Clock clock;
  private final Duration takeover;
  private volatile boolean closed;

  Invocations(
      Board board,
      Claims claims,
      LambdaClients clients,
      Recovery recovery,
      Clock clock,
      Duration takeover) {
    this.board = board;
    this.claims = claims;
    this.clients = clients;
    this.recovery = recovery;
    this.clock = clock;
    this.takeover = takeover;
  }

  /**
   * Starts a claimed attempt: records it, then sends it in the background.
   *
   * @throws ProviderException when it could not be recorded; nothing was sent, and the claim can be
   *     taken over
   */
  void start(Claim claim, Claim.Details details, InvocationPlan plan, Ready function)
      throws ProviderException {
    Instant now = clock.instant();
    if (now.isAfter(claim.aliveAt().plus(takeover.dividedBy(2)))) {
      throw new ProviderException.Unavailable("claiming took too long; tried again", null);
    }
    ClaimEvent claimed = new ClaimEvent.Claimed(details);
    ClaimEvent sending = new ClaimEvent.Sending(now);
    PodAttempt attempt = details.attempt();
    board.put(attempt, new Board.Entry(claim.with(List.of(claimed)), plan.caller()));
    try {
      claims.append(claim, List.of(claimed, sending));
    } catch (ProviderException e) {
      board.forget(attempt);
      throw e;
    }
    board.update(attempt, List.of(sending));
    Thread.ofVirtual()
        .name("lambda-" + attempt.token())
        .start(() -> new Run(attempt, plan, function).run());
  }

  /** What became of one Invoke. */
  private sealed interface Sent {
    record Answered(Claim.Ended ended) implements Sent {}

    record NotRun(String why) implements Sent {}

    record Unknown(String why) implements Sent {}
  }

  private final class Run {
    private final PodAttempt attempt;
    private final InvocationPlan plan;
    private final Ready function;

    Run(PodAttempt attempt, InvocationPlan plan, Ready function) {
      this.attempt = attempt;
      this.plan = plan;
      this.function = function;
    }

    void run() {
      try {
        for (int tries = 0; ; tries++) {
          Sent sent = send();
          if (closed) {
            return;
          }
          switch (sent) {
            case Sent.Answered answered -> {
              record(new ClaimEvent.Finished(answered.ended()));
              return;
            }
            case Sent.Unknown unknown -> {
              LOG.atWarn()
                  .addKeyValue("pod", attempt.key().namespacedName())
                  .addKeyValue("cause", unknown.why())
                  .log("the answer of an invocation was lost");
              recovery.follow(attempt);
              return;
            }
            case Sent.NotRun notRun -> {
              if (!again(notRun, tries)) {
                return;
              }
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Whether the claim is still this process's and the next Invoke may be sent. */
    private boolean again(Sent.NotRun notRun, int tries) throws InterruptedException {
      LOG.atDebug().addKeyValue("cause", notRun.why()).log("an invocation has to wait");
      if (!record(new ClaimEvent.NotRun(clock.instant()))) {
        return false;
      }
      Instant noted = clock.instant();
      long pause =
          Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(tries, 10));
      pause = Math.min(pause, takeover.toMillis() / 4);
      Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
      Optional<Claim> now = board.get(attempt).map(Board.Entry::claim);
      if (closed || now.isEmpty() || now.get().ended().isPresent()) {
        return false;
      }
      boolean late = clock.instant().isAfter(noted.plus(takeover.dividedBy(2)));
      if (late || !record(new ClaimEvent.Sending(clock.instant()))) {
        board.forget(attempt);
        return false;
      }
      return true;
    }

    private Sent send() {
      Instant started = clock.instant();
      LambdaClient lambda = clients.invoking(plan.caller());
      InvokeRequest request =
          InvokeRequest.builder()
              .functionName(function.function())
              .qualifier(function.qualifier().orElse(null))
              .payload(SdkBytes.fromByteArray(plan.payload()))
              .clientContext(context())
              .overrideConfiguration(
                  o -> o.putHeader(TraceHeader.NAME, TraceHeader.of(attempt, started)))
              .build();
      try {
        clients.calls(plan.caller()).await("lambda:InvokeFunction", ApiBucket.LAMBDA_INVOKE);
      } catch (ProviderException e) {
        return new Sent.NotRun(String.valueOf(e.getMessage()));
      }
      try {
        return new Sent.Answered(ended(lambda.invoke(request), started));
      } catch (AwsServiceException e) {
        return refused(e, started);
      } catch (SdkException e) {
        return neverLeft(e)
            ? new Sent.NotRun(String.valueOf(e.getMessage()))
            : new Sent.Unknown(String.valueOf(e.getMessage()));
      }
    }

    /** Lets the handler know, where its runtime passes it on, whose invocation it is. */
    private String context() {
      String json = "{\"custom\":{\"outrigger.dev/attempt\":\"" + attempt.token() + "\"}}";
      return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private Claim.Ended ended(InvokeResponse response, Instant started) {
      byte[] payload = response.payload() == null ? new byte[0] : response.payload().asByteArray();
      Terminated state =
          LambdaStatusMapper.ofAnswer(
              Optional.ofNullable(response.functionError()), payload, started, clock.instant());
      boolean kept = response.functionError() == null && payload.length <= KEPT_ANSWER;
      String text = new String(payload, StandardCharsets.UTF_8);
      return new Claim.Ended(
          state,
          Optional.of(response.responseMetadata().requestId()),
          Optional.of(kept ? text : "").filter(t -> !t.isEmpty()));
    }

    private Sent refused(AwsServiceException e, Instant now) {
      ProviderException mapped = AwsErrors.map("lambda:InvokeFunction", e);
      return switch (mapped) {
        case ProviderException.Throttled t -> new Sent.NotRun(String.valueOf(t.getMessage()));
        case ProviderException.Conflict c -> new Sent.NotRun(String.valueOf(c.getMessage()));
        case ProviderException.Unavailable u -> new Sent.Unknown(String.valueOf(u.getMessage()));
        case ProviderException.NotFound n -> startError(n, now);
        case ProviderException.Invalid i -> startError(i, now);
        case ProviderException.Unsupported u -> startError(u, now);
        case ProviderException.QuotaExceeded q -> startError(q, now);
        case ProviderException.PermissionDenied p -> startError(p, now);
      };
    }

    /** AWS refused for good: nothing ran. 128 is what container runtimes say then. */
    private Sent startError(ProviderException e, Instant now) {
      return new Sent.Answered(
          new Claim.Ended(
              new Terminated(
                  OptionalInt.of(128),
                  "StartError",
                  String.valueOf(e.getMessage()),
                  Optional.empty(),
                  now),
              Optional.empty(),
              Optional.empty()));
    }

    /** Records durably, then tells; tells anyway when it cannot be recorded for long. */
    private boolean record(ClaimEvent event) throws InterruptedException {
      Optional<Claim> claim = board.get(attempt).map(Board.Entry::claim);
      if (claim.isEmpty()) {
        return false;
      }
      boolean told = false;
      for (int i = 0; i < RECORD_TRIES && !closed; i++) {
        try {
          claims.append(claim.get(), List.of(event));
          if (!told) {
            board.update(attempt, List.of(event));
          }
          return true;
        } catch (ProviderException.NotFound gone) {
          return false;
        } catch (ProviderException e) {
          LOG.atWarn().addKeyValue("cause", e.getMessage()).log("recording a claim failed");
        }
        if (i == 2 && event instanceof ClaimEvent.Finished) {
          board.update(attempt, List.of(event));
          told = true;
        }
        Thread.sleep(Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(i, 6)));
      }
      return false;
    }
  }

  private static boolean neverLeft(SdkException e) {
    for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ConnectException || t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  /** Stops telling and recording: invocations go on, and are found again by their claims. */
  @Override
  public void close() {
    closed = true;
  }
}
