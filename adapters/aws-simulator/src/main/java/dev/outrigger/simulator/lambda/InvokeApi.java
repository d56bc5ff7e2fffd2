package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Invoke, in its three invocation types. */
final class InvokeApi {
  private static final int MAX_SYNC = 6 * 1024 * 1024;
  private static final int MAX_ASYNC = 1024 * 1024;
  private static final int MAX_CONTEXT = 3583;
  private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.UTF_8);
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final FunctionStore store;
  private final Invoker invoker;
  private final AsyncInvocations async;
  private final Clock clock;

  InvokeApi(FunctionStore store, Invoker invoker, AsyncInvocations async, Clock clock) {
    this.store = store;
    this.invoker = invoker;
    this.async = async;
    this.clock = clock;
  }

  AwsResponse invoke(AwsRequest request, FunctionId id) {
    String type = request.header("X-Amz-Invocation-Type").orElse("RequestResponse");
    boolean event = type.equals("Event");
    Invocation invocation = read(request, event ? MAX_ASYNC : MAX_SYNC);
    Function function = store.get(id);
    if (!function.isActive(clock.instant())) {
      throw LambdaFaults.pending();
    }
    return switch (type) {
      case "RequestResponse" -> answer(request, invoker.invoke(function, invocation));
      case "Event" -> {
        async.submit(id, invocation);
        yield new AwsResponse(202, version(), new byte[0]);
      }
      case "DryRun" -> new AwsResponse(204, version(), new byte[0]);
      default ->
          throw LambdaFaults.constraint(
              type, "invocationType", "satisfy enum value set: [Event, RequestResponse, DryRun]");
    };
  }

  private Invocation read(AwsRequest request, int limit) {
    byte[] payload = request.body().length == 0 ? EMPTY_EVENT : request.body();
    if (payload.length > limit) {
      throw LambdaFaults.tooLarge(limit);
    }
    try {
      MAPPER.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new AwsFault(
          400,
          "InvalidRequestContentException",
          "Could not parse request body into json: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new AwsFault(400, "InvalidRequestContentException", "Could not read the request body");
    }
    return new Invocation(
        request.id(),
        payload,
        context(request),
        request.caller().accessKeyId(),
        clock.instant(),
        request.header("X-Amzn-Trace-Id").orElse(""));
  }

  private static String context(AwsRequest request) {
    String encoded = request.header("X-Amz-Client-Context").orElse("");
    try {
      if (encoded.length() <= MAX_CONTEXT) {
        String context = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        return MAPPER.readTree(context).isMissingNode() ? "" : MAPPER.readTree(context).toString();
      }
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw new AwsFault(
          400,
          "InvalidRequestContentException",
          "Client context must be a valid Base64-encoded JSON object.");
    }
    throw new AwsFault(
        400,
        "InvalidRequestContentException",
        "Client context can't be larger than " + MAX_CONTEXT + " bytes.");
  }

  private static AwsResponse answer(AwsRequest request, InvocationResult result) {
    Map<String, String> headers = new HashMap<>(version());
    headers.put("Content-Type", "application/json");
    if (!result.isSuccess()) {
      headers.put("X-Amz-Function-Error", result.error());
    }
    if (request.header("X-Amz-Log-Type").orElse("None").equals("Tail")) {
      headers.put("X-Amz-Log-Result", Base64.getEncoder().encodeToString(result.logTail()));
    }
    return new AwsResponse(200, headers, result.payload());
  }

  private static Map<String, String> version() {
    return Map.of("X-Amz-Executed-Version", "$LATEST");
  }
}
