package dev.outrigger.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.api.FakeApiServer;
import dev.outrigger.agent.api.FakeApiServer.Answer;
import dev.outrigger.agent.api.FakeApiServer.Request;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Lease that others write too, over the wire to an API server's answers. */
class NodeLeaseTest {

  private static final Logger LOGGER = Logger.getLogger(NodeLease.class.getName());

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Handler handler = new Recorder();
  private FakeApiServer api;

  /** The version that the API server has; a write on another is refused. */
  private volatile int version;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer(this::answer);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    LOGGER.removeHandler(handler);
    api.close();
  }

  private Answer answer(Request request) {
    boolean stale =
        request.method().equals("PUT")
            && !request.body().contains("\"resourceVersion\":\"" + version + "\"");
    boolean known = request.method().equals("POST") && version > 0;
    if (stale || known) {
      return new Answer(409, "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 409}");
    }
    if (!request.method().equals("GET")) {
      version++;
    }
    return new Answer(
        200,
        """
        {"kind": "Lease", "apiVersion": "coordination.k8s.io/v1",
         "metadata": {"name": "node", "namespace": "kube-node-lease", "resourceVersion": "%d"},
         "spec": {"renewTime": "2026-01-01T12:00:00.000000Z"}}"""
            .formatted(version));
  }

  @Test
  void aSecondAgentOnTheSameNodeIsToldOnce() {
    NodeLease first = new NodeLease(api.client(), "node", Clock.systemUTC());
    NodeLease second = new NodeLease(api.client(), "node", Clock.systemUTC());
    for (int i = 0; i < 6; i++) {
      first.renew("u");
      second.renew("u");
    }

    assertThat(warnings).hasSize(2).allMatch(each -> each.contains("replicas"));
  }

  @Test
  void anEditByHandIsNoSecondAgent() {
    NodeLease lease = new NodeLease(api.client(), "node", Clock.systemUTC());
    for (int i = 0; i < 6; i++) {
      lease.renew("u");
      lease.renew("u");
      version++;
    }

    assertThat(warnings).isEmpty();
  }

  private final class Recorder extends Handler {
    @Override
    public void publish(LogRecord line) {
      warnings.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
