package dev.outrigger.remote;

import dev.outrigger.provider.Provider;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Serves one provider, thereby one node, to agents elsewhere. */
public final class ProviderServer implements AutoCloseable {

  /** A Pod with its resolved volumes: a ConfigMap or Secret holds at most 1 MiB. */
  static final int LARGEST_MESSAGE = 32 * 1024 * 1024;

  private final Server server;
  private final ExecutorService threads;
  private final int port;

  private ProviderServer(Server server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
    this.port = server.getPort();
  }

  /**
   * Listens at once. The provider is not closed by this server.
   *
   * @throws IOException when a file cannot be read or the address is taken
   */
  public static ProviderServer start(Provider provider, ServerConfig config) throws IOException {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("provider-server-", 0).factory());
    var credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(config.certFile().toFile(), config.keyFile().toFile())
            .trustManager(config.caFile().toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
    Server server =
        NettyServerBuilder.forAddress(config.address(), credentials)
            .executor(threads)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .intercept(NodeName.required(config.node()))
            .addService(new ProviderService(provider))
            .build();
    try {
      return new ProviderServer(server.start(), threads);
    } catch (IOException e) {
      threads.shutdown();
      throw e;
    }
  }

  /** The port it listens on, or listened on. */
  public int port() {
    return port;
  }

  /** Blocks until closed. */
  public void awaitClose() throws InterruptedException {
    server.awaitTermination();
  }

  /** Ends every call, and returns when they have ended or after 10 s. Workloads go on. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      threads.shutdownNow();
    }
  }
}
