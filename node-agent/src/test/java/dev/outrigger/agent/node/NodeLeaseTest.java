package dev.outrigger.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.api.FakeApiServer;
import dev.outrigger.agent.api.FakeApiServer.Answer;
import dev.outrigger.agent.api.FakeApiServer.Request;
import dev.outrigger.agent.api.RecordedLog;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Lease that others write too, over the wire to an API server's answers. */
class NodeLeaseTest {

  private RecordedLog warnings;
  private FakeApiServer api;

  /** The version that the API server has; a write on another is refused. */
  private volatile int version;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer(this::answer);
    warnings = new RecordedLog(NodeLease.class);
  }

  @AfterEach
  void stop() {
    warnings.close();
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

    assertThat(warnings.lines()).hasSize(2).allMatch(each -> each.contains("replicas"));
  }

  @Test
  void anEditByHandIsNoSecondAgent() {
    NodeLease lease = new NodeLease(api.client(), "node", Clock.systemUTC());
    for (int i = 0; i < 6; i++) {
      lease.renew("u");
      lease.renew("u");
      version++;
    }

    assertThat(warnings.lines()).isEmpty();
  }
}
