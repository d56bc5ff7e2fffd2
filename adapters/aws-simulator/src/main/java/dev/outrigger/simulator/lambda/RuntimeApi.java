package dev.outrigger.simulator.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda Runtime API of one execution environment, on a loopback port of its own (runtimes take
 * host and port only). See "Using the Lambda runtime API for custom runtimes".
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final byte[] OK = "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);

  static {
    // Without it each answer waits for the client's delayed ACK, some 40 ms (JDK-8014254).
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** What the runtime sent for an invocation. */
  sealed interface Answer {
    record Response(byte[] payload) implements Answer {}

    record Failure(String errorType, byte[] payload) implements Answer {}
  }

  /** An invocation on its way through the runtime. */
  record Dispatch(
      Invocation invocation,
      String functionArn,
      long deadlineMillis,
      CompletableFuture<Boolean> delivered,
      CompletableFuture<Answer> answer) {}

  private final HttpServer server;
  private final ExecutorService threads;
  private final BlockingQueue<Dispatch> waiting = new ArrayBlockingQueue<>(1);
  private final CompletableFuture<Optional<Answer.Failure>> initialised = new CompletableFuture<>();
  private volatile @Nullable Dispatch current;

  RuntimeApi(String name) {
    threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("runtime-api-" + name + "-", 0).factory());
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The value of AWS_LAMBDA_RUNTIME_API. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Completes when the runtime first asks for work (empty), or reports that it cannot start. */
  CompletableFuture<Optional<Answer.Failure>> initialised() {
    return initialised;
  }

  /** Hands an invocation to the runtime; one at a time. */
  Dispatch dispatch(Invocation invocation, String functionArn, long deadlineMillis) {
    Dispatch dispatch =
        new Dispatch(
            invocation,
            functionArn,
            deadlineMillis,
            new CompletableFuture<>(),
            new CompletableFuture<>());
    if (!waiting.offer(dispatch)) {
      throw new IllegalStateException("the environment is busy");
    }
    return dispatch;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String method = exchange.getRequestMethod();
      if (!path.startsWith(PREFIX)) {
        refuse(exchange, 404, "NotFound");
        return;
      }
      String[] parts = path.substring(PREFIX.length()).split("/");
      if (method.equals("GET") && path.equals(PREFIX + "invocation/next")) {
        next(exchange);
      } else if (method.equals("POST") && path.equals(PREFIX + "init/error")) {
        initialised.complete(Optional.of(failure(exchange)));
        reply(exchange);
      } else if (method.equals("POST") && parts.length == 3 && parts[0].equals("invocation")) {
        answer(exchange, parts[1], parts[2]);
      } else {
        refuse(exchange, 404, "NotFound");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.getRequestBody().readAllBytes();
    initialised.complete(Optional.empty());
    Dispatch dispatch = waiting.take();
    current = dispatch;
    Invocation invocation = dispatch.invocation();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json");
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId());
    headers.set("Lambda-Runtime-Deadline-Ms", String.valueOf(dispatch.deadlineMillis()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", dispatch.functionArn());
    headers.set("Lambda-Runtime-Trace-Id", TraceIds.of(invocation));
    if (!invocation.clientContext().isEmpty()) {
      headers.set("Lambda-Runtime-Client-Context", invocation.clientContext());
    }
    dispatch.delivered().complete(true);
    exchange.sendResponseHeaders(200, length(invocation.payload()));
    exchange.getResponseBody().write(invocation.payload());
  }

  private void answer(HttpExchange exchange, String requestId, String kind) throws IOException {
    Dispatch dispatch = current;
    if (dispatch == null || !dispatch.invocation().requestId().equals(requestId)) {
      exchange.getRequestBody().readAllBytes();
      refuse(exchange, 400, "InvalidRequestID");
      return;
    }
    switch (kind) {
      case "response" -> {
        byte[] payload = exchange.getRequestBody().readAllBytes();
        reply(exchange);
        dispatch.answer().complete(new Answer.Response(payload));
      }
      case "error" -> {
        Answer.Failure failure = failure(exchange);
        reply(exchange);
        dispatch.answer().complete(failure);
      }
      default -> refuse(exchange, 404, "NotFound");
    }
  }

  private static Answer.Failure failure(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Lambda-Runtime-Function-Error-Type");
    byte[] payload = exchange.getRequestBody().readAllBytes();
    return new Answer.Failure(type == null ? "" : type, payload);
  }

  private static void reply(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(202, OK.length);
    exchange.getResponseBody().write(OK);
    exchange.getResponseBody().flush();
  }

  private static void refuse(HttpExchange exchange, int status, String type) throws IOException {
    byte[] body = ("{\"errorType\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** The server takes 0 for "chunked" and -1 for "empty". */
  private static long length(byte[] body) {
    return body.length == 0 ? -1 : body.length;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }
}
