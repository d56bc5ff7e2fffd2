package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.tls.TlsFiles;
import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.Facility;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A kubelet server with working small things around it: Pods, logs, users and rights. */
final class TestNode implements AutoCloseable, NodePods {

  static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  final TestCerts certs = TestCerts.SHARED;
  final List<Pod> pods = new CopyOnWriteArrayList<>();
  final Set<NodeAccess> rights = ConcurrentHashMap.newKeySet();
  final Map<String, UserInfo> tokens = new ConcurrentHashMap<>();
  final AtomicInteger reviews = new AtomicInteger();
  volatile boolean healthy = true;
  volatile LogSource logSource = lines();
  volatile @Nullable LogQuery asked;
  volatile @Nullable ExecTarget exec;
  volatile @Nullable AttachTarget attach;
  volatile @Nullable PortTarget ports;
  volatile @Nullable StatsSource stats;
  volatile Map<Facility, String> lacks = Map.of();
  final Path folder;
  final KubeletThreads threads = new KubeletThreads(1);
  final KubeletServer server;

  TestNode(Path folder, ServerLimits limits, SslProvider tls) throws IOException {
    this.folder = folder;
    write(TestCerts.SHARED_SERVER);
    Files.write(folder.resolve("ca.crt"), certs.caPem());
    pods.add(pod("p", running(), null, 0));
    tokens.put("good", user("reader"));
    tokens.put("stranger", user("stranger"));
    for (String subresource : List.of("proxy", "metrics", "stats", "checkpoint")) {
      rights.add(new NodeAccess("node-1", "get", subresource));
      rights.add(new NodeAccess("node-1", "create", subresource));
    }
    this.server =
        KubeletServer.start(
            config(limits),
            this,
            new Authenticator(Optional.of(this::whose), Clock.systemUTC()),
            new Authorizer(this::may, Clock.systemUTC()),
            tls);
  }

  TestNode(Path folder, ServerLimits limits) throws IOException {
    this(folder, limits, KubeletTls.PREFERRED);
  }

  TestNode(Path folder, SslProvider tls) throws IOException {
    this(folder, ServerLimits.defaults(), tls);
  }

  KubeletServerConfig config(ServerLimits limits) {
    return new KubeletServerConfig(
        "node-1",
        "tiny",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        TlsFiles.serving(folder.resolve("tls.crt"), folder.resolve("tls.key")),
        TlsFiles.authorities(folder.resolve("ca.crt")),
        () -> "up 1\n",
        () -> healthy,
        limits,
        threads,
        Clock.systemUTC());
  }

  void write(TestCerts.Issued issued) throws IOException {
    Files.write(folder.resolve("tls.key"), issued.keyPem());
    Files.write(folder.resolve("tls.crt"), issued.certPem());
  }

  private Optional<UserInfo> whose(String token) throws ReviewException {
    reviews.incrementAndGet();
    if (token.equals("unavailable")) {
      throw new ReviewException("TokenReview failed", new IOException("refused"));
    }
    return Optional.ofNullable(tokens.get(token));
  }

  private boolean may(UserInfo user, NodeAccess access) throws ReviewException {
    if (user.name().equals("unlucky")) {
      throw new ReviewException("SubjectAccessReview failed", new IOException("refused"));
    }
    return user.name().equals("reader") && rights.contains(access);
  }

  static UserInfo user(String name) {
    return new UserInfo(name, "", List.of(), Map.of());
  }

  @Override
  public List<Pod> pods() {
    return List.copyOf(pods);
  }

  @Override
  public Optional<Pod> find(String namespace, String name) {
    return pods.stream()
        .filter(p -> p.getMetadata().getNamespace().equals(namespace))
        .filter(p -> p.getMetadata().getName().equals(name))
        .findFirst();
  }

  @Override
  public Optional<LogSource> logs() {
    return Optional.of(
        (query, sink) -> {
          asked = query;
          logSource.read(query, sink);
        });
  }

  @Override
  public Optional<ExecTarget> exec() {
    return Optional.ofNullable(exec);
  }

  @Override
  public Optional<AttachTarget> attach() {
    return Optional.ofNullable(attach);
  }

  @Override
  public Optional<PortTarget> ports() {
    return Optional.ofNullable(ports);
  }

  @Override
  public Map<Facility, String> lacks() {
    return lacks;
  }

  @Override
  public Optional<StatsSource> stats() {
    return Optional.ofNullable(stats);
  }

  /** A log of these lines, one second apart, that ends. */
  static LogSource lines(String... texts) {
    return new LogSource() {
      @Override
      public void read(LogQuery query, LogSink sink) throws ProviderException, IOException {
        for (int i = 0; i < texts.length; i++) {
          sink.line(line(i, texts[i]));
        }
        sink.caughtUp();
      }
    };
  }

  static LogLine line(int second, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new LogLine(START.plusSeconds(second), LogLine.Stream.STDOUT, bytes, true);
  }

  static ContainerState running() {
    return new ContainerStateBuilder().withNewRunning().endRunning().build();
  }

  static ContainerState waiting(String reason) {
    return new ContainerStateBuilder().withNewWaiting().withReason(reason).endWaiting().build();
  }

  static ContainerState ended() {
    return new ContainerStateBuilder().withNewTerminated().withExitCode(1).endTerminated().build();
  }

  static Pod pod(String name, ContainerState state, @Nullable ContainerState last, int restarts) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("ns")
        .withUid("uid-" + name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .endContainer()
        .addNewContainer()
        .withName("unstarted")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("c")
        .withRestartCount(restarts)
        .withState(state)
        .withLastState(last)
        .endContainerStatus()
        .endStatus()
        .build();
  }

  URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }

  HttpResponse<String> get(String path, @Nullable String token)
      throws IOException, InterruptedException {
    return send("GET", path, token, client(null));
  }

  HttpResponse<String> send(String method, String path, @Nullable String token, HttpClient client)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(60));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpClient client(TestCerts.@Nullable Issued identity) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(ssl(identity))
        .build();
  }

  SSLContext ssl(TestCerts.@Nullable Issued identity) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", certs.ca());
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      if (identity != null) {
        own.setKeyEntry("me", identity.key(), new char[0], TestCerts.chain(identity));
      }
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      keys.init(own, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.close();
    threads.close();
  }
}
