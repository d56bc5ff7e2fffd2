package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets what: every path, with every kind of credentials. */
class KubeletServerAccessTest extends NodeTests {

  /** Of an authority that has the name of the right one. */
  private static final TestCerts.Issued FOREIGN = new TestCerts("test-ca").client("CN=reader");

  @ParameterizedTest
  @CsvSource({
    "GET,  /containerLogs/ns/p/c,    proxy,         200",
    "GET,  /pods,                    pods proxy,    200",
    "GET,  /runningpods/,            pods proxy,    200",
    "GET,  /healthz,                 healthz proxy, 200",
    "GET,  /healthz/ping,            healthz proxy, 200",
    "GET,  /healthz/syncloop,        healthz proxy, 200",
    "GET,  /metrics,                 metrics,       200",
    "GET,  /metrics/resource,        metrics,       200",
    "GET,  /metrics/cadvisor,        metrics,       200",
    "GET,  /metrics/probes,          metrics,       200",
    "GET,  /stats/summary,           stats,         200",
    "POST, /stats/summary,           stats,         200",
    "GET,  /configz,                 configz proxy, 200",
    "GET,  /stats/other,             stats,         404",
    "POST, /exec/ns/p/c,             proxy,         400",
    "GET,  /exec/ns/p/uid/c,         proxy,         400",
    "POST, /attach/ns/p/c,           proxy,         400",
    "POST, /portForward/ns/p,        proxy,         501",
    "POST, /run/ns/p/c,              proxy,         501",
    "POST, /checkpoint/ns/p/c,       checkpoint,    501",
    "GET,  /nothing,                 proxy,         404",
    "GET,  /containerLogs/ns/p,      proxy,         404",
    "GET,  /run/ns/p/c,              proxy,         405",
    "POST, /containerLogs/ns/p/c,    proxy,         405",
    "POST, /pods,                    pods proxy,    405",
  })
  void everyPathAsksWhoAndWhetherFirst(String method, String path, String names, int status)
      throws Exception {
    var reader = node.client(node.certs.client("CN=reader,O=team"));
    var stranger = node.client(node.certs.client("CN=stranger,O=team"));
    var foreign = node.client(FOREIGN);
    var nobody = node.client(null);
    String verb = method.equals("GET") ? "get" : "create";
    String forbidden =
        "Forbidden (user=stranger, verb=%s, resource=nodes, subresource(s)=[%s])\n"
            .formatted(verb, names);

    expect(node.send(method, path, null, nobody), 401, "Unauthorized");
    expect(node.send(method, path, "nobody", nobody), 401, "Unauthorized");
    expect(node.send(method, path, null, foreign), 401, "Unauthorized");
    expect(node.send(method, path, null, stranger), 403, forbidden);
    expect(node.send(method, path, "stranger", nobody), 403, forbidden);
    assertThat(node.send(method, path, null, reader).statusCode()).isEqualTo(status);
    assertThat(node.send(method, path, "good", nobody).statusCode()).isEqualTo(status);
  }

  private static void expect(HttpResponse<String> response, int status, String body) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(body);
  }

  @Test
  void badCertificatesAreNobody() throws Exception {
    for (TestCerts.Issued bad :
        new TestCerts.Issued[] {
          node.certs.expiredClient("CN=reader"),
          node.certs.wrongPurpose("CN=reader"),
          node.certs.client("O=team"),
          new TestCerts("another-ca").client("CN=reader")
        }) {
      assertThat(node.send("GET", "/pods", null, node.client(bad)).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void tokenCountsWhereTheCertificateDoesNot() throws Exception {
    HttpClient expired = node.client(node.certs.expiredClient("CN=stranger"));
    assertThat(node.send("GET", "/pods", "good", expired).statusCode()).isEqualTo(200);
  }

  @Test
  void apiServerThatCannotBeAskedLetsNobodyIn() throws Exception {
    node.tokens.put("unlucky", TestNode.user("unlucky"));
    assertThat(node.get("/pods", "unavailable").statusCode()).isEqualTo(401);
    HttpResponse<String> undecided = node.get("/pods", "unlucky");
    assertThat(undecided.statusCode()).isEqualTo(500);
    assertThat(undecided.body())
        .isEqualTo(
            "Authorization error (user=unlucky, verb=get, resource=nodes, subresource=pods)");
  }

  @Test
  void oneRightOfTheFineGrainedOnesSuffices() throws Exception {
    node.rights.clear();
    node.rights.add(new NodeAccess("node-1", "get", "pods"));
    assertThat(node.get("/pods", "good").statusCode()).isEqualTo(200);
    assertThat(node.get("/healthz", "good").statusCode()).isEqualTo(403);
    assertThat(node.get("/podsandmore", "good").statusCode()).isEqualTo(403);
  }

  @Test
  void schemeOtherThanBearerIsNobody() throws Exception {
    assertThat(node.get("/pods", "").statusCode()).isEqualTo(401);
    assertThat(node.reviews).hasValue(0);
  }

  @Test
  void serverThatCouldKnowNobodyDoesNotStart() {
    KubeletServerConfig with = node.config(ServerLimits.defaults());
    KubeletServerConfig without =
        new KubeletServerConfig(
            with.nodeName(),
            with.provider(),
            with.bind(),
            with.serving(),
            () -> List.of(),
            with.metrics(),
            with.healthy(),
            with.limits(),
            with.threads(),
            with.clock());
    Authenticator blind = new Authenticator(Optional.empty(), Clock.systemUTC());
    Authorizer authorizer = new Authorizer((user, access) -> true, Clock.systemUTC());
    assertThatThrownBy(() -> KubeletServer.start(without, node, blind, authorizer))
        .hasMessageContaining("node node-1 needs a client CA or TokenReview");
  }
}
