package dev.outrigger.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.outrigger.simulator.fault.Fault;
import dev.outrigger.simulator.journal.JournalEntry;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Protocol;
import dev.outrigger.simulator.service.SimulatorContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one HTTP server, on 127.0.0.1 only, with a virtual thread for each exchange. */
public final class Front implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  static {
    // The JDK's server delays small answers by 40 ms otherwise, and closes idle connections.
    setIfAbsent("sun.net.httpserver.nodelay", "true");
    setIfAbsent("sun.net.httpserver.maxIdleConnections", "1000");
  }

  private final SimulatorContext context;
  private final Map<String, AwsService> services = new HashMap<>();
  private final HttpServer server;
  private final ExecutorService executor;

  /** Starts to serve on a port; 0 takes a free one. */
  public Front(SimulatorContext context, List<AwsService> services, int port) {
    this.context = context;
    services.forEach(service -> this.services.put(service.signingName(), service));
    this.executor =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("simulator-request-", 0).factory());
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 512);
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator cannot listen on port " + port, e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::exchange);
    server.start();
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Where clients connect. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void exchange(HttpExchange exchange) {
    // closing an exchange that was not answered drops its connection: a lost response
    try (exchange) {
      Optional<AwsResponse> response = answer(exchange);
      if (response.isPresent()) {
        send(exchange, response.get());
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("a client went away");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("the simulator failed on a request");
    }
  }

  private static void send(HttpExchange exchange, AwsResponse response) throws IOException {
    response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private Optional<AwsResponse> answer(HttpExchange exchange) throws IOException {
    AwsRequest request;
    AwsService service;
    try {
      request = RequestReader.read(exchange);
      service = services.get(request.caller().signingName());
      if (service == null) {
        throw new AwsFault(
            400, "UnknownService", request.caller().signingName() + " is not simulated");
      }
    } catch (AwsFault fault) {
      return Optional.of(FaultWriter.write(fault, Protocol.JSON_1_1, "-"));
    }
    return answer(service, request);
  }

  private Optional<AwsResponse> answer(AwsService service, AwsRequest unnamed) {
    AwsRequest request = unnamed;
    Injected injected = new Injected();
    try {
      request = unnamed.withOperation(service.operationOf(unnamed));
      AwsResponse response = perform(service, request, injected);
      journal(request, "OK", injected);
      return injected.lost ? Optional.empty() : Optional.of(withRequestId(response, request));
    } catch (AwsFault fault) {
      journal(request, fault.code(), injected);
      AwsResponse response = FaultWriter.write(fault, service.protocol(), request.id());
      return injected.lost ? Optional.empty() : Optional.of(withRequestId(response, request));
    } catch (RuntimeException e) {
      journal(request, "InternalFailure", injected);
      LOG.atError()
          .addKeyValue("operation", request.operation())
          .setCause(e)
          .log("a simulated service failed");
      AwsFault fault = new AwsFault(500, "InternalFailure", "the simulator failed: " + e);
      return Optional.of(FaultWriter.write(fault, service.protocol(), request.id()));
    }
  }

  /** Faults come before quotas: an injected throttle uses up no token. */
  private AwsResponse perform(AwsService service, AwsRequest request, Injected injected) {
    String name = service.signingName();
    String operation = request.operation();
    injected
        .note(context.faults().strike(Fault.Latency.class, name, operation))
        .ifPresent(latency -> pause(latency.delay()));
    if (injected.note(context.faults().strike(Fault.Throttle.class, name, operation)).isPresent()) {
      throw service.throttled(operation);
    }
    Optional<Fault.ServerError> error =
        injected.note(context.faults().strike(Fault.ServerError.class, name, operation));
    if (error.isPresent()) {
      throw service.serverError(error.get().status());
    }
    if (!context.quotas().tryAcquire(name, operation, request.caller().region())) {
      throw service.throttled(operation);
    }
    injected.lost =
        injected
            .note(context.faults().strike(Fault.ResponseLost.class, name, operation))
            .isPresent();
    return service.handle(request);
  }

  private static void pause(Duration delay) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void journal(AwsRequest request, String outcome, Injected injected) {
    context
        .journal()
        .add(
            new JournalEntry.Call(
                context.clock().instant(),
                request.id(),
                request.caller().signingName(),
                request.operation(),
                request.caller().region(),
                request.caller().accessKeyId(),
                outcome,
                injected.name == null ? "" : injected.name));
  }

  private static AwsResponse withRequestId(AwsResponse response, AwsRequest request) {
    boolean present =
        response.headers().keySet().stream().anyMatch("x-amzn-requestid"::equalsIgnoreCase);
    if (present) {
      return response;
    }
    Map<String, String> headers = new HashMap<>(response.headers());
    headers.put("x-amzn-RequestId", request.id());
    return new AwsResponse(response.status(), headers, response.body());
  }

  /** Stops listening; calls in flight are dropped. */
  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  /** What was injected into one call; used by its one thread. */
  private static final class Injected {
    private @Nullable String name;
    private boolean lost;

    <T extends Fault> Optional<T> note(Optional<T> fault) {
      fault.ifPresent(f -> name = f.label());
      return fault;
    }
  }
}
