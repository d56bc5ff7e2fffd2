package dev.outrigger.remote;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.pem.PemSettings;
import dev.outrigger.provider.pem.PemSettings.Named;
import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
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
    Named ca = file(settings, "caFile", "who signs the server's certificate (PEM)");
    Named cert = file(settings, "certFile", "the client's certificate (PEM)");
    Named key = file(settings, "keyFile", "the client's key (PEM, PKCS#8)");
    Optional<Path> authority = PemSettings.authorities(settings, ca.key(), ca.file());
    boolean pair = PemSettings.keyPair(settings, cert, key, PemSettings.KeyForm.PKCS8);
    Optional<String> serverName = settings.string("serverName");
    if (!pair || authority.isEmpty()) {
      // Not used, for there are problems; never connects without credentials.
      return new RemoteProvider(
          context.nodeName(), "localhost:1", TlsChannelCredentials.create(), serverName);
    }
    return new RemoteProvider(
        context.nodeName(),
        endpoint,
        credentials(
            settings,
            authority.get(),
            Path.of(cert.file().orElseThrow()),
            Path.of(key.file().orElseThrow())),
        serverName);
  }

  private static Named file(Settings settings, String key, String what) {
    String name = settings.requiredString(key, what);
    return new Named(key, Optional.of(name).filter(n -> !n.isEmpty()));
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
}
