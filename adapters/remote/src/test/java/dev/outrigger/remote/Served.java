package dev.outrigger.remote;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Serves providers with mTLS on free ports and connects to them; closed after the test. */
final class Served implements AutoCloseable {

  /** Served and connected to, where a test does not say otherwise. */
  private static final String NODE = "node";

  private final TestAuthority authority;
  private final Path ca;
  private final Path serverCert;
  private final Path clientCert;
  private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

  Served(Path folder) throws Exception {
    authority = new TestAuthority(folder, "authority");
    ca = authority.caFile("authority");
    serverCert = authority.issue("server");
    clientCert = authority.issue("client");
  }

  ProviderServer serve(Provider provider, int port) throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var config = new ServerConfig(NODE, address, ca, serverCert, TestAuthority.keyOf(serverCert));
    ProviderServer server = ProviderServer.start(provider, config);
    opened.addFirst(provider);
    opened.addFirst(server);
    return server;
  }

  Provider connect(ProviderServer server) {
    return connect(NODE, server, clientCert);
  }

  Provider connect(ProviderServer server, Path cert) {
    return connect(NODE, server, cert);
  }

  Provider connectAs(String node, ProviderServer server) {
    return connect(node, server, clientCert);
  }

  private Provider connect(String node, ProviderServer server, Path cert) {
    Map<String, Object> values =
        Map.of(
            "endpoint", "localhost:" + server.port(),
            "caFile", ca.toString(),
            "certFile", cert.toString(),
            "keyFile", TestAuthority.keyOf(cert).toString());
    Settings settings = new Settings("nodes[0].remote", values, new ArrayList<>());
    Provider provider =
        new RemoteProviderFactory().create(new ProviderContext(node, Clock.systemUTC()), settings);
    settings.finish();
    if (!settings.problems().isEmpty()) {
      throw new IllegalStateException(settings.problems().toString());
    }
    opened.addFirst(provider);
    return provider;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }
}
