package dev.outrigger.agent.kubelet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubeletServerTlsTest {

  @TempDir private Path folder;
  private TestNode node;

  /** Whose TLS the server has. */
  SslProvider tls() {
    return KubeletTls.PREFERRED;
  }

  @BeforeEach
  void start() throws IOException {
    node = start(folder, Duration.ofSeconds(60));
  }

  /** A small server that waits this long for headers and for the next request. */
  private TestNode start(Path folder, Duration patience) throws IOException {
    ServerLimits d = ServerLimits.defaults();
    return new TestNode(
        folder,
        new ServerLimits(
            8,
            1,
            1024,
            4096,
            1024,
            patience,
            patience,
            d.stallTime(),
            d.windowBytes(),
            Duration.ofMillis(50),
            d.streams()),
        tls());
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private SSLSocket connect() throws IOException {
    var factory = node.ssl(null).getSocketFactory();
    return (SSLSocket) factory.createSocket("127.0.0.1", node.server.port());
  }

  private X509Certificate served() throws IOException {
    try (SSLSocket socket = connect()) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      architectures = {"amd64", "aarch64"})
  void tlsIsNativeWhereItCanBe() {
    assertThat(KubeletTls.PREFERRED).isEqualTo(SslProvider.OPENSSL);
  }

  @Test
  void httpToTheHttpsPortIsAnsweredAsGosServerDoes() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.server.port())) {
      socket
          .getOutputStream()
          .write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.0 400 Bad Request")
          .endsWith("Client sent an HTTP request to an HTTPS server.\n");
    }
  }

  /** Sends this and returns the answer up to the connection's end. */
  private String raw(String request) throws IOException {
    try (SSLSocket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, TLSv1.2", "TLSv1.3, TLSv1.3"})
  void modernVersionsAreSpoken(String version, String expected) throws Exception {
    try (SSLSocket socket = connect()) {
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(expected);
      assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
    }
  }

  /** Java's own client no longer speaks TLS 1.1, so the ClientHello is written by hand. */
  @Test
  void oldVersionsAreRefused() throws Exception {
    byte[] hello = new byte[52];
    byte[] head = {0x16, 3, 1, 0, 47, 1, 0, 0, 43, 3, 2}; // record 1.0, ClientHello 1.1
    System.arraycopy(head, 0, hello, 0, head.length);
    byte[] tail = {0, 0, 4, (byte) 0xC0, 0x13, 0, 0x2F, 1, 0}; // no session, two ciphers of 1.1
    System.arraycopy(tail, 0, hello, 43, tail.length);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.server.port())) {
      socket.getOutputStream().write(hello);
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertThat(answer[0]).isEqualTo((byte) 0x15); // an alert
      assertThat(answer[5]).isEqualTo((byte) 2); // fatal
      assertThat(answer[6]).isEqualTo((byte) 70); // protocol_version
    }
  }

  @Test
  void changedCertificateIsServedToNewConnections() throws Exception {
    X509Certificate before = served();
    TestCerts.Issued next = node.certs.server("RSA");
    node.write(next);
    await().atMost(60, SECONDS).until(() -> !served().equals(before));
    assertThat(served()).isEqualTo(next.certificate());
  }

  @Test
  void unreadableChangeKeepsTheFormerCertificate() throws Exception {
    X509Certificate before = served();
    Files.writeString(folder.resolve("tls.key"), "-----BEGIN PRIVATE KEY-----\nhalf");
    TestCerts.Issued next = node.certs.server("EC");
    Files.write(folder.resolve("tls.crt"), next.certPem());
    await().atMost(60, SECONDS).during(Duration.ofMillis(300)).until(() -> served().equals(before));
    Files.write(folder.resolve("tls.key"), next.keyPem());
    await().atMost(60, SECONDS).until(() -> served().equals(next.certificate()));
  }

  @Test
  void changedClientCaCountsAtOnce() throws Exception {
    TestCerts other = new TestCerts("other-ca");
    var client = node.client(other.client("CN=reader"));
    assertThat(node.send("GET", "/pods", null, client).statusCode()).isEqualTo(401);
    Files.write(folder.resolve("ca.crt"), other.caPem());
    await()
        .atMost(60, SECONDS)
        .until(
            () ->
                node.send("GET", "/pods", null, node.client(other.client("CN=reader"))).statusCode()
                    == 200);
  }

  @Test
  void oversizedRequestsAreRefused() throws Exception {
    assertThat(raw("GET /" + "x".repeat(2000) + " HTTP/1.1\r\nHost: n\r\n\r\n"))
        .startsWith("HTTP/1.1 414");
    String header = "GET /pods HTTP/1.1\r\nHost: n\r\nX: " + "x".repeat(5000) + "\r\n\r\n";
    assertThat(raw(header)).startsWith("HTTP/1.1 431");
    String body =
        "POST /exec/ns/p/c HTTP/1.1\r\nHost: n\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2000);
    assertThat(raw(body)).startsWith("HTTP/1.1 413");
    assertThat(raw("GET /%zz HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, '',                     400 Bad Request: missing required Host header",
    "1.1, 'Host: a|Host: b|',     400 Bad Request",
    "1.0, '',                     200 OK",
    "1.1, 'Host: a|',             200 OK",
  })
  void aRequestHasOneHostAsForGosServer(String version, String hosts, String status)
      throws IOException {
    String request =
        "GET /healthz HTTP/%s\r\n%sAuthorization: Bearer good\r\nConnection: close\r\n\r\n";

    assertThat(raw(request.formatted(version, hosts.replace("|", "\r\n"))))
        .containsPattern("\\AHTTP/1\\.[01] " + status + "\r\n");
  }

  @Test
  void slowHeadersAndIdleConnectionsAreCut(@TempDir Path own) throws Exception {
    node.close();
    node = start(own, Duration.ofSeconds(2));
    assertThat(raw("GET /pods HTTP/1.1\r\nHost: ")).isEmpty();
    assertThat(raw("GET /pods HTTP/1.1\r\nHost: n\r\n\r\n")).startsWith("HTTP/1.1 401");
  }

  @Test
  void moreRequestsAtOnceThanAllowedAreTurnedAway() throws Exception {
    node.logSource =
        (query, sink) -> {
          sink.caughtUp();
          new CountDownLatch(1).await();
        };
    try (SSLSocket busy = connect()) {
      String follow =
          "GET /containerLogs/ns/p/c?follow=1 HTTP/1.1\r\nHost: n\r\nAuthorization: Bearer good\r\n\r\n";
      busy.getOutputStream().write(follow.getBytes(StandardCharsets.US_ASCII));
      assertThat(busy.getInputStream().read()).isEqualTo('H');
      assertThat(node.get("/pods", "good").statusCode()).isEqualTo(503);
    }
    await().atMost(60, SECONDS).until(() -> node.get("/pods", "good").statusCode() == 200);
  }

  @Test
  void requestsSentAheadAreAnsweredInOrder() throws Exception {
    String one = "GET %s HTTP/1.1\r\nHost: n\r\nAuthorization: Bearer good\r\n%s\r\n";
    String answers =
        raw(
            one.formatted("/healthz", "")
                + one.formatted("/metrics", "")
                + one.formatted("/pods/", "Connection: close\r\n"));
    assertThat(answers.indexOf("\r\n\r\nok")).isPositive().isLessThan(answers.indexOf("up 1\n"));
    assertThat(answers.indexOf("up 1\n")).isLessThan(answers.indexOf("\"kind\":\"PodList\""));
    assertThat(answers).contains("\"apiVersion\":\"v1\"").contains("\"name\":\"p\"");
  }

  @Test
  void connectionsBeyondTheLimitAreClosed() throws Exception {
    SSLSocket[] open = new SSLSocket[8];
    try {
      for (int i = 0; i < open.length; i++) {
        open[i] = connect();
        open[i].startHandshake();
      }
      SSLContext context = node.ssl(null);
      assertThatThrownBy(
              () -> {
                try (var ninth =
                    (SSLSocket)
                        context.getSocketFactory().createSocket("127.0.0.1", node.server.port())) {
                  ninth.startHandshake();
                }
              })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    } finally {
      for (SSLSocket socket : open) {
        if (socket != null) {
          socket.close();
        }
      }
    }
  }

  @Test
  void unhealthySyncLoopFailsHealthButNotPing() throws Exception {
    node.healthy = false;
    assertThat(node.get("/healthz", "good").statusCode()).isEqualTo(500);
    assertThat(node.get("/healthz/ping", "good").body()).isEqualTo("ok");
  }
}
