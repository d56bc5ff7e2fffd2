package dev.outrigger.remote;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code provider: remote}. Settings: {@code endpoint} ({@code host:port}), {@code caFile}, {@code
 * certFile}, {@code keyFile} (PEM; the key in PKCS#8), {@code serverName} (if the server's
 * certificate names it otherwise than the endpoint does).
 */
public final class RemoteProviderFactory implements ProviderFactory {

  @Override
  public String name() {
    return "remote";
  }

  @Override
  public Provider create(ProviderContext context, Settings settings) {
    String endpoint = settings.requiredString("endpoint", "host:port of the provider's server");
    if (!endpoint.isEmpty() && !isHostAndPort(endpoint)) {
      settings.problem("endpoint", "must be host:port, not '" + endpoint + "'");
    }
    Optional<Path> ca = file(settings, "caFile", "who signs the server's certificate (PEM)");
    Optional<Path> cert = file(settings, "certFile", "the client's certificate (PEM)");
    Optional<Path> key = file(settings, "keyFile", "the client's key (PEM, PKCS#8)");
    Optional<String> serverName = settings.string("serverName");
    if (ca.isEmpty() || cert.isEmpty() || key.isEmpty()) {
      // Not used, for there are problems; never connects without credentials.
      return new RemoteProvider(
          context.nodeName(), "localhost:1", TlsChannelCredentials.create(), serverName);
    }
    return new RemoteProvider(
        context.nodeName(),
        endpoint,
        credentials(settings, ca.get(), cert.get(), key.get()),
        serverName);
  }

  private static boolean isHostAndPort(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    String port = endpoint.substring(colon + 1);
    return colon > 0
        && port.matches("\\d{1,5}")
        && Integer.parseInt(port) >= 1
        && Integer.parseInt(port) <= 65535;
  }

  private static ChannelCredentials credentials(Settings settings, Path ca, Path cert, Path key) {
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(ca.toFile())
          .keyManager(cert.toFile(), key.toFile())
          .build();
    } catch (IOException | RuntimeException e) {
      settings.problem("certFile", "cannot be used with keyFile and caFile: " + e.getMessage());
      return TlsChannelCredentials.create();
    }
  }

  private static Optional<Path> file(Settings settings, String key, String what) {
    String name = settings.requiredString(key, what);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Path path = Path.of(name);
    if (!Files.isReadable(path)) {
      settings.problem(key, "is not a readable file: " + name);
      return Optional.empty();
    }
    return Optional.of(path);
  }
}
