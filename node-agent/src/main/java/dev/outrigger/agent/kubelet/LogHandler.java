package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /containerLogs/...}. Problems are answered by 400 or 500, because those are the two
 * whose text the API server lets through to kubectl (NewGenericHttpResponseChecker); 404 only where
 * the kubelet says so.
 */
final class LogHandler {

  private static final Logger LOG = LoggerFactory.getLogger(LogHandler.class);

  /** Of one request's tail; more is read a second time instead. */
  private static final long HELD_BYTES = 8L << 20;

  private final NodePods pods;
  private final Clock clock;

  LogHandler(NodePods pods, Clock clock) {
    this.pods = pods;
    this.clock = clock;
  }

  void handle(Route.ContainerLogs route, Map<String, List<String>> query, ResponseWriter response)
      throws HttpProblem, IOException, InterruptedException {
    LogOptions options = LogOptions.parse(query, clock.instant());
    Pod pod =
        pods.find(route.namespace(), route.pod())
            .orElseThrow(
                () -> new HttpProblem(404, "pod \"%s\" does not exist".formatted(route.pod())));
    PodAttempt attempt = LogTarget.of(pod, route.container(), options.previous());
    LogSource source =
        pods.logs()
            .orElseThrow(() -> new HttpProblem(400, "this node's backend keeps no logs to read"));
    try {
      read(source, attempt, route.container(), options, response);
      response.flush();
    } catch (ProviderException e) {
      fail(e, response);
    }
  }

  private static void read(
      LogSource source,
      PodAttempt attempt,
      String container,
      LogOptions options,
      ResponseWriter response)
      throws ProviderException, IOException, InterruptedException {
    long tail = options.tailLines().orElse(Long.MAX_VALUE);
    if (tail == 0 && !options.follow()) {
      return;
    }
    OptionalInt hint = tail <= Integer.MAX_VALUE ? OptionalInt.of((int) tail) : OptionalInt.empty();
    LogQuery query = new LogQuery(attempt, container, options.since(), hint, options.follow());
    try {
      try {
        source.read(query, new LogCutter(options, response, HELD_BYTES));
      } catch (LogCutter.TailTooLong e) {
        source.read(query, LogCutter.skipping(options, response, e.linesToSkip()));
      }
    } catch (LogCutter.Enough e) {
      LOG.atTrace().log("limitBytes reached");
    }
  }

  /** Once the head is out the reason can only follow as text, as in the kubelet's own answers. */
  private static void fail(ProviderException problem, ResponseWriter response)
      throws HttpProblem, IOException {
    String text = "unable to read the log: " + problem.getMessage();
    if (!response.begun()) {
      throw new HttpProblem(status(problem), text);
    }
    byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
    response.write(line, line.length);
    response.flush();
    response.abort();
  }

  private static int status(ProviderException problem) {
    return switch (problem) {
      case ProviderException.NotFound e -> 400;
      case ProviderException.Invalid e -> 400;
      case ProviderException.InvalidImage e -> 400;
      case ProviderException.Unsupported e -> 400;
      case ProviderException.Conflict e -> 400;
      case ProviderException.Throttled e -> 500;
      case ProviderException.QuotaExceeded e -> 500;
      case ProviderException.Unavailable e -> 500;
      case ProviderException.PermissionDenied e -> 500;
    };
  }
}
