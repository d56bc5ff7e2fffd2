package dev.outrigger.agent.kubelet.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code portforward.k8s.io}: an error and a data stream of the same request id are one connection;
 * any number of them, one after the other or at once, until the client goes.
 */
final class SpdyPortForwarding {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final SpdyLink link;
  private final Ports ports;
  private final Set<Forward> running = ConcurrentHashMap.newKeySet();

  /** Of the session's thread. */
  private final Map<String, Pair> incomplete = new HashMap<>();

  private static final class Pair {

    private final long since = System.nanoTime();
    private @Nullable SpdyStream error;
    private @Nullable SpdyStream data;

    List<SpdyStream> streams() {
      List<SpdyStream> streams = new ArrayList<>();
      if (data != null) {
        streams.add(data);
      }
      if (error != null) {
        streams.add(error);
      }
      return streams;
    }
  }

  SpdyPortForwarding(SpdyLink link, Ports ports) {
    this.link = link;
    this.ports = ports;
  }

  /** Refuses what has no port or no known type. */
  static final class Gate implements SpdyLink.Gate {

    @Override
    public @Nullable Inbound open(String type, String port, SpdyLink link) {
      if (port(port) < 0) {
        return null;
      }
      return switch (type) {
        case "data" -> link.newInput();
        case "error" -> new Discarded();
        default -> null;
      };
    }
  }

  private static int port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 0xffff ? port : -1;
  }

  void run() throws InterruptedException {
    try {
      while (true) {
        SpdyStream stream = link.next(LOOK);
        if (stream != null) {
          opened(stream);
        }
        expire();
      }
    } finally {
      running.forEach(Forward::stop);
      link.finish();
    }
  }

  private void opened(SpdyStream stream) {
    String id = requestId(stream);
    Pair pair = incomplete.computeIfAbsent(id, none -> new Pair());
    boolean data = stream.header("streamtype").equals("data");
    if (data ? pair.data != null : pair.error != null) {
      link.cancel(stream);
      return;
    }
    if (data) {
      pair.data = stream;
    } else {
      pair.error = stream;
    }
    SpdyStream carries = pair.data;
    SpdyStream tells = pair.error;
    if (carries != null && tells != null) {
      incomplete.remove(id);
      start(carries, tells);
    }
  }

  private void start(SpdyStream data, SpdyStream error) {
    if (!(data.input() instanceof StreamInput input)) {
      throw new IllegalStateException("a data stream without input");
    }
    Forward[] made = new Forward[1];
    made[0] =
        new Forward(
            ports,
            port(data.header("port")),
            input,
            data.output(),
            error.output(),
            true,
            () -> {
              link.cancel(data);
              link.cancel(error);
              running.remove(made[0]);
            });
    running.add(made[0]);
    made[0].start();
  }

  /** Clients of old number no requests, but open both streams one after the other. */
  private static String requestId(SpdyStream stream) {
    String id = stream.header("requestid");
    if (!id.isEmpty()) {
      return id;
    }
    boolean data = stream.header("streamtype").equals("data");
    return "stream " + (data ? stream.id() - 2 : stream.id());
  }

  private void expire() {
    long limit = link.limits.creation().value().toNanos();
    Iterator<Map.Entry<String, Pair>> pairs = incomplete.entrySet().iterator();
    while (pairs.hasNext()) {
      Map.Entry<String, Pair> entry = pairs.next();
      Pair pair = entry.getValue();
      if (System.nanoTime() - pair.since >= limit) {
        pairs.remove();
        give(pair, "(request=%s) timed out waiting for streams".formatted(entry.getKey()));
      }
    }
  }

  private void give(Pair pair, String problem) {
    try {
      if (pair.error != null) {
        pair.error.output().write(problem.getBytes(StandardCharsets.UTF_8));
        pair.error.output().close();
      }
    } catch (IOException e) {
      return; // the client has gone: the next look at it says so
    }
    pair.streams().forEach(link::cancel);
  }
}
