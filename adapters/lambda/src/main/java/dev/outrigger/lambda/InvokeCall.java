package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsErrors;
import dev.outrigger.aws.Leaving;
import dev.outrigger.lambda.Functions.Ready;
import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/** The Invoke call of one attempt, and what its answer means. */
final class InvokeCall {

  private static final int KEPT_ANSWER = 64 * 1024;

  private final LambdaClients clients;
  private final Clock clock;
  private final PodAttempt attempt;
  private final InvocationPlan plan;
  private final Ready function;

  InvokeCall(LambdaClients clients, Clock clock, StartOrder order) {
    this.clients = clients;
    this.clock = clock;
    this.attempt = order.attempt();
    this.plan = order.plan();
    this.function = order.function();
  }

  /** Waits for the budget to allow a call; says why if it does not come to that. */
  static Optional<Sent> awaitBudget(LambdaClients clients, InvocationPlan plan) {
    try {
      clients.calls(plan.caller()).await("lambda:InvokeFunction", ApiBucket.LAMBDA_INVOKE);
      return Optional.empty();
    } catch (ProviderException e) {
      return Optional.of(new Sent.NotRun(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Sends it. Blocks as long as the function runs.
   *
   * @param leaving told when the request leaves
   */
  Sent send(Runnable leaving) {
    Instant started = clock.instant();
    LambdaClient lambda = clients.invoking(plan.caller());
    InvokeRequest request =
        InvokeRequest.builder()
            .functionName(function.function())
            .qualifier(function.qualifier().orElse(null))
            .payload(SdkBytes.fromByteArray(plan.payload()))
            .clientContext(context())
            .logType(LogType.TAIL)
            .overrideConfiguration(
                o ->
                    o.putHeader(TraceHeader.NAME, TraceHeader.of(attempt, started))
                        .putExecutionAttribute(Leaving.TELL, leaving))
            .build();
    try {
      return new Sent.Answered(ended(lambda.invoke(request), started));
    } catch (AwsServiceException e) {
      return refused(e, started);
    } catch (SdkException e) {
      return AwsErrors.neverLeft(e)
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
    String requestId = response.responseMetadata().requestId();
    return new Claim.Ended(
        state,
        Optional.of(requestId),
        Optional.of(kept ? text : "").filter(t -> !t.isEmpty()),
        peakMemory(response, requestId));
  }

  /** The report ends the tail of the log that comes with an answer. */
  private OptionalLong peakMemory(InvokeResponse response, String requestId) {
    if (response.logResult() == null) {
      return OptionalLong.empty();
    }
    String tail =
        new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    return LogSeparator.reportIn(tail, requestId, clock.instant())
        .map(LogReport::peakMemory)
        .orElse(OptionalLong.empty());
  }

  private Sent refused(AwsServiceException e, Instant now) {
    ProviderException mapped = AwsErrors.map("lambda:InvokeFunction", e);
    return switch (mapped) {
      case ProviderException.Throttled t -> new Sent.NotRun(String.valueOf(t.getMessage()));
      case ProviderException.Conflict c -> new Sent.NotRun(String.valueOf(c.getMessage()));
      case ProviderException.Unavailable u -> new Sent.Unknown(String.valueOf(u.getMessage()));
      case ProviderException.NotFound n -> startError(n, now);
      case ProviderException.Invalid i -> startError(i, now);
      case ProviderException.InvalidImage i -> startError(i, now);
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
}
