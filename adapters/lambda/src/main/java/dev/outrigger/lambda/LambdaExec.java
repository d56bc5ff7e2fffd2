package dev.outrigger.lambda;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/**
 * {@code kubectl exec} on a running Pod: one more synchronous invocation of the Pod's function, as
 * the Pod's own caller. Nothing in a running invocation can be entered; this one is its neighbour,
 * in another environment.
 *
 * <p>INVARIANT: it bears neither the attempt's trace nor its token, so that neither its outcome nor
 * its lines are ever taken for the Pod's own; it touches no claim.
 */
final class LambdaExec implements ExecTarget {

  private static final String ACTION = "lambda:InvokeFunction";

  private final LambdaClients clients;
  private final Attempts attempts;
  private final ExecPayloads payloads = new ExecPayloads();

  LambdaExec(LambdaClients clients, Attempts attempts) {
    this.clients = clients;
    this.attempts = attempts;
  }

  /** A client that goes leaves its invocation behind: Lambda cannot stop one. */
  @Override
  public ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    if (request.terminal()) {
      throw new ProviderException.Unsupported(
          "tty", "an invocation has no terminal; leave out -t, and send the payload with -i");
    }
    Board.Entry _ = running(request);
    try (ExecPayloads.Held payload = payloads.read(streams.stdin(), request.command())) {
      // The Pod may have ended while its client was sending.
      InvokeResponse answer = invoke(running(request), request, payload.bytes());
      return written(answer, streams);
    }
  }

  private Board.Entry running(ExecRequest request) throws ProviderException {
    Board.Entry entry = attempts.known(request.attempt());
    Claim claim = entry.claim();
    boolean runs = claim.sentAt().isPresent() && claim.ended().isEmpty();
    if (!runs || claim.details().filter(d -> d.container().equals(request.container())).isEmpty()) {
      throw new ProviderException.NotFound(
          "container not found (\"%s\")".formatted(request.container()));
    }
    return entry;
  }

  private InvokeResponse invoke(Board.Entry entry, ExecRequest request, byte[] payload)
      throws ProviderException, InterruptedException {
    Claim.Details details = entry.claim().details().orElseThrow();
    if (details.ownKeys() && entry.caller().identity().isEmpty()) {
      throw new ProviderException.Unsupported(
          "exec",
          "the Pod's own AWS keys were known to the agent that started it, and are gone with it;"
              + " invoke function "
              + details.function()
              + " with them, or start the Pod again");
    }
    LambdaClient lambda = clients.invoking(entry.caller());
    InvokeRequest invoke =
        InvokeRequest.builder()
            .functionName(details.function())
            .qualifier(details.qualifier().orElse(null))
            .invocationType(InvocationType.REQUEST_RESPONSE)
            .logType(LogType.TAIL)
            .clientContext(context(request))
            .payload(SdkBytes.fromByteArrayUnsafe(payload))
            .build();
    try {
      return clients
          .calls(entry.caller())
          .call(ACTION, ApiBucket.LAMBDA_INVOKE, () -> lambda.invoke(invoke));
    } catch (ProviderException.Unavailable e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the client of an exec has gone");
      }
      throw e;
    }
  }

  /** Lets the handler tell it from the Pod's own invocation, where its runtime passes this on. */
  private static String context(ExecRequest request) {
    String pod = request.attempt().key().namespacedName();
    String json = "{\"custom\":{\"outrigger.dev/exec\":\"" + pod + "\"}}";
    return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The answer as it is; an error's account goes where a command's complaints go. */
  private static ExecOutcome written(InvokeResponse answer, ContainerStreams streams)
      throws IOException {
    boolean failed = answer.functionError() != null;
    byte[] said = answer.payload() == null ? new byte[0] : answer.payload().asByteArrayUnsafe();
    if (answer.logResult() != null) {
      write(streams.stderr(), Base64.getDecoder().decode(answer.logResult()));
    }
    write(failed ? streams.stderr() : streams.stdout(), said);
    if (failed) {
      write(streams.stderr(), new byte[] {'\n'});
    }
    return new ExecOutcome.Exited(failed ? 1 : 0);
  }

  private static void write(Optional<OutputStream> stream, byte[] bytes) throws IOException {
    if (stream.isPresent() && bytes.length > 0) {
      stream.get().write(bytes);
      stream.get().flush();
    }
  }
}
