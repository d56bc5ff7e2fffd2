package dev.outrigger.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.outrigger.agent.kubelet.TestCerts;
import dev.outrigger.agent.tls.ServingIdentity;
import dev.outrigger.agent.tls.ServingKeyManager;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single probes against real servers; words as pkg/probe of Kubernetes 1.35. */
final class ProberTest {

  private final Prober prober =
      new Prober(new FakeBackend(Clock.systemUTC()).provider("node"), "probe");
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/ok", 200, null);
    answer("/bad", 503, null);
    answer("/moved", 302, "/ok");
    answer("/moved-to-bad", 301, "/bad");
    answer("/elsewhere", 302, "http://elsewhere.invalid/");
    answer("/round", 302, "/round");
    server.createContext("/hangs", exchange -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void httpStatusFrom200To399IsSuccessAndAnythingElseIsNot() throws Exception {
    assertThat(get("/ok?deep=1")).isEqualTo(new ProbeOutcome.Success());
    assertThat(seen)
        .containsEntry("query", "deep=1")
        .containsEntry("User-agent", "kube-probe/1.35")
        .containsEntry("Accept", "*/*")
        .containsEntry("Host", "127.0.0.1:" + port());
    assertThat(get("/bad"))
        .isEqualTo(new ProbeOutcome.Failure("HTTP probe failed with statuscode: 503", true));
    assertThat(get("/nothing-here"))
        .isEqualTo(new ProbeOutcome.Failure("HTTP probe failed with statuscode: 404", true));
  }

  /** As a kubelet does: nobody's certificate, for another name. */
  @Test
  void httpsIsAskedWhateverTheServersCertificate() throws Exception {
    TestCerts.Issued issued = new TestCerts("nobody").server("EC");
    ServingIdentity identity = new ServingIdentity(List.of(issued.certificate()), issued.key());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new ServingKeyManager(identity)}, null, null);
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    server.stop(0);
    server = secure;
    answer("/ok", 200, null);
    answer("/bad", 503, null);
    server.start();

    assertThat(probe(https("/ok"))).isEqualTo(new ProbeOutcome.Success());
    assertThat(probe(https("/bad")))
        .isEqualTo(new ProbeOutcome.Failure("HTTP probe failed with statuscode: 503", true));
  }

  private Probe https(String path) {
    return http(path).editHttpGet().withScheme("HTTPS").endHttpGet().build();
  }

  @Test
  void redirectsAreFollowedOnTheSameHostOnly() throws Exception {
    assertThat(get("/moved")).isEqualTo(new ProbeOutcome.Success());
    assertThat(get("/moved-to-bad"))
        .isEqualTo(new ProbeOutcome.Failure("HTTP probe failed with statuscode: 503", true));
    assertThat(get("/elsewhere")).isInstanceOf(ProbeOutcome.Warning.class);
    assertThat(get("/round"))
        .isEqualTo(
            new ProbeOutcome.Failure("Get \"" + url("/round") + "\": stopped after 10 redirects"));
  }

  @Test
  void headersOfTheProbeReplaceTheUsualOnes() throws Exception {
    Probe probe =
        http("/ok")
            .editHttpGet()
            .addNewHttpHeader("Host", "shop.example")
            .addNewHttpHeader("User-Agent", "mine")
            .addNewHttpHeader("Accept", "")
            .endHttpGet()
            .build();

    assertThat(probe(probe)).isEqualTo(new ProbeOutcome.Success());

    assertThat(seen)
        .containsEntry("Host", "shop.example")
        .containsEntry("User-agent", "mine")
        .doesNotContainKey("Accept");
  }

  @Test
  void serverThatDoesNotAnswerInTimeFails() throws Exception {
    assertThat(probe(http("/hangs").withTimeoutSeconds(1).build()))
        .isEqualTo(
            new ProbeOutcome.Failure(
                "Get \""
                    + url("/hangs")
                    + "\": context deadline exceeded (Client.Timeout exceeded while awaiting"
                    + " headers)"));
  }

  @Test
  void portWhereNothingListensFailsInGosWords() throws Exception {
    int closed = closedPort();
    Probe http = http("/").editHttpGet().withNewPort(closed).endHttpGet().build();
    Probe tcp = new ProbeBuilder().withNewTcpSocket().withNewPort(closed).endTcpSocket().build();

    String refused = "dial tcp 127.0.0.1:" + closed + ": connect: connection refused";
    assertThat(probe(http))
        .isEqualTo(
            new ProbeOutcome.Failure("Get \"http://127.0.0.1:" + closed + "/\": " + refused));
    assertThat(probe(tcp)).isEqualTo(new ProbeOutcome.Failure(refused));
  }

  @Test
  void tcpProbeOnlyConnectsAndFindsPortsByName() throws Exception {
    Probe named = new ProbeBuilder().withNewTcpSocket().withNewPort("web").endTcpSocket().build();
    Probe missing = new ProbeBuilder().withNewTcpSocket().withNewPort("x").endTcpSocket().build();

    assertThat(probe(named)).isEqualTo(new ProbeOutcome.Success());
    assertThat(probe(missing))
        .isEqualTo(new ProbeOutcome.Unknown("couldn't find port: x in the container"));
  }

  @Test
  void grpcProbeAsksTheHealthService() throws Exception {
    Server grpc = health(Map.of("", 1, "sick", 2));
    try {
      assertThat(probe(grpc(grpc.getPort(), null))).isEqualTo(new ProbeOutcome.Success());
      assertThat(probe(grpc(grpc.getPort(), "sick")))
          .isEqualTo(
              new ProbeOutcome.Failure("service unhealthy (responded with \"NOT_SERVING\")"));
    } finally {
      grpc.shutdownNow();
    }
    assertThat(probe(grpc(closedPort(), null))).isInstanceOf(ProbeOutcome.Failure.class);
  }

  @Test
  void commandOnANodeThatRunsNoneTeachesNothing() throws Exception {
    Probe exec = new ProbeBuilder().withNewExec().addToCommand("true").endExec().build();
    assertThat(probe(exec))
        .isEqualTo(new ProbeOutcome.Unknown("this node runs no commands in containers"));
  }

  private void answer(String path, int status, @Nullable String location) {
    server.createContext(
        path,
        exchange -> {
          seen.clear();
          exchange.getRequestHeaders().forEach((k, v) -> seen.put(k, v.getFirst()));
          Optional.ofNullable(exchange.getRequestURI().getQuery())
              .ifPresent(q -> seen.put("query", q));
          if (location != null) {
            exchange.getResponseHeaders().add("Location", location);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  private ProbeBuilder http(String path) {
    return new ProbeBuilder().withNewHttpGet().withPath(path).withNewPort(port()).endHttpGet();
  }

  private ProbeOutcome get(String path) throws InterruptedException {
    return probe(http(path).build());
  }

  /** With a time-out that no answer misses, unless it has one of its own. */
  private ProbeOutcome probe(Probe probe) throws InterruptedException {
    int timeout = Optional.ofNullable(probe.getTimeoutSeconds()).orElse(60);
    Container container =
        new ContainerBuilder()
            .withName("c")
            .addNewPort()
            .withName("web")
            .withContainerPort(port())
            .endPort()
            .withReadinessProbe(new ProbeBuilder(probe).withTimeoutSeconds(timeout).build())
            .build();
    ProbeTarget target =
        new ProbeTarget(
            new PodAttempt(new PodKey("u", "ns", "p"), 0),
            "c",
            "spec.containers{c}",
            0,
            Instant.now(),
            Optional.of("127.0.0.1"));
    return prober.probe(target, ProbeSpec.of(ProbeKind.READINESS, container).orElseThrow());
  }

  private static Probe grpc(int port, @Nullable String service) {
    return new ProbeBuilder().withNewGrpc(port, service).build();
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Server health(Map<String, Integer> services) throws IOException {
    MethodDescriptor<byte[], byte[]> check =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(
            ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(
                    check,
                    ServerCalls.asyncUnaryCall(
                        (request, observer) -> {
                          String name =
                              request.length == 0
                                  ? ""
                                  : new String(
                                      request, 2, request.length - 2, StandardCharsets.UTF_8);
                          byte status = services.getOrDefault(name, 3).byteValue();
                          observer.onNext(new byte[] {8, status});
                          observer.onCompleted();
                        }))
                .build())
        .build()
        .start();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
