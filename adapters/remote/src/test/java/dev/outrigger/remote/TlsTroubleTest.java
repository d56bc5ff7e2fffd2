package dev.outrigger.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeBackend;
import io.grpc.ChannelCredentials;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettySslContextChannelCredentials;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real handshakes, with BoringSSL's and with the JDK's TLS at the client's end. */
class TlsTroubleTest {

  @TempDir Path folder;
  private TestAuthority ours;
  private TestAuthority others;
  private Path ca;
  private Path otherCa;

  @BeforeEach
  void foundTwoAuthorities() throws Exception {
    ours = new TestAuthority(folder, "ours");
    ca = ours.caFile("ours");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    others = new TestAuthority(elsewhere, "others");
    otherCa = others.caFile("others");
  }

  private record Ends(Path serverCert, Path serverCa, Path clientCert, Path clientCa) {}

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aHostThatTheServersCertificateDoesNotNameIsToldWithTheRemedy(SslProvider tls)
      throws Exception {
    Ends ends = new Ends(ours.issue("server", "edge.example.com"), ca, ours.issue("client"), ca);

    assertTold(
        tls,
        ends,
        "the server's certificate does not name the host",
        "localhost",
        "set nodes[].remote.serverName to a name in it, or change endpoint");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aServerOfAnotherAuthorityIsTold(SslProvider tls) throws Exception {
    Ends ends = new Ends(others.issue("server"), ca, ours.issue("client"), ca);

    assertTold(tls, ends, "the server's certificate is not signed by nodes[].remote.caFile");
  }

  /** As when an authority was made anew. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aServerOfAnotherAuthorityOfTheSameNameIsTold(SslProvider tls) throws Exception {
    Path again = Files.createDirectory(folder.resolve("again"));
    Path server = new TestAuthority(again, "ours").issue("server");
    Ends ends = new Ends(server, ca, ours.issue("client"), ca);

    assertTold(tls, ends, "the server's certificate is not signed by nodes[].remote.caFile");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aServerThatTurnsTheAgentsCertificateAwayIsToldWithTheRemedy(SslProvider tls)
      throws Exception {
    Ends ends = new Ends(ours.issue("server"), otherCa, ours.issue("client"), ca);

    assertTold(
        tls,
        ends,
        "the server does not accept the certificate of nodes[].remote.certFile: it must be signed"
            + " by the server's --ca");
  }

  /** Its authority's name is one that the server asks for. */
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aCertificateOfAnotherAuthorityOfTheSameNameIsTurnedAwayWithTheRemedy(SslProvider tls)
      throws Exception {
    Path again = Files.createDirectory(folder.resolve("again"));
    Path client = new TestAuthority(again, "ours").issue("client");
    Ends ends = new Ends(ours.issue("server"), ca, client, ca);

    assertTold(
        tls,
        ends,
        "does not accept the certificate of nodes[].remote.certFile",
        "it must be signed by the server's --ca");
  }

  /** It waits for the connection, which gRPC ends without a word of why there is none. */
  @Test
  void aLookAtTheNodeIsToldTheCauseToo() throws Exception {
    Ends ends = new Ends(others.issue("server"), ca, ours.issue("client"), ca);

    withClient(
        SslProvider.JDK,
        ends,
        client ->
            assertUnavailable(
                () -> client.nodeState().orElseThrow().state(),
                "the server's certificate is not signed by nodes[].remote.caFile"));
  }

  @Test
  void whatIsNoTroubleOfTlsIsLeftToOthers() {
    assertThat(TlsTrouble.of(new ConnectException("Connection refused"))).isEmpty();
    assertThat(TlsTrouble.of(null)).isEmpty();
  }

  private static void assertTold(SslProvider tls, Ends ends, String... told) throws Exception {
    assumeThat(SslProvider.isAlpnSupported(tls)).isTrue();
    withClient(tls, ends, client -> assertUnavailable(client::askCapabilities, told));
  }

  private static void withClient(SslProvider tls, Ends ends, Consumer<Provider> use)
      throws Exception {
    FakeBackend backend = new FakeBackend(Clock.systemUTC());
    try (Provider served = backend.provider("node");
        ProviderServer server = ProviderServer.start(served, server(ends));
        Provider client =
            new RemoteProvider(
                "node", "localhost:" + server.port(), credentials(tls, ends), Optional.empty())) {
      use.accept(client);
    }
  }

  private static void assertUnavailable(ThrowingCallable call, String... told) {
    assertThatThrownBy(call)
        .isInstanceOf(ProviderException.Unavailable.class)
        .hasMessageContainingAll(told);
  }

  private static ServerConfig server(Ends ends) {
    return new ServerConfig(
        "node",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ends.serverCa(),
        ends.serverCert(),
        TestAuthority.keyOf(ends.serverCert()));
  }

  private static ChannelCredentials credentials(SslProvider tls, Ends ends) throws IOException {
    Path cert = ends.clientCert();
    SslContextBuilder context =
        SslContextBuilder.forClient()
            .trustManager(ends.clientCa().toFile())
            .keyManager(cert.toFile(), TestAuthority.keyOf(cert).toFile());
    return NettySslContextChannelCredentials.create(
        GrpcSslContexts.configure(context, tls).build());
  }
}
