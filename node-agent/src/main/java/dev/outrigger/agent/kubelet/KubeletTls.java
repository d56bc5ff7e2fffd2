package dev.outrigger.agent.kubelet;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate, key and client CA, read again when the files change. A change that does
 * not read well (a file half written, a key that is not yet the certificate's) leaves what was.
 */
final class KubeletTls {

  private static final Logger LOG = LoggerFactory.getLogger(KubeletTls.class);

  /** Those of Go's default list (the kubelet's) that authenticate what they encrypt. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** What holds at one time; a connection keeps what it started with. */
  record Current(SslContext context, Optional<ClientCertificates> clients) {}

  private record Contents(byte[] cert, byte[] key, Optional<byte[]> clientCa) {

    boolean sameAs(Contents other) {
      return Arrays.equals(cert, other.cert)
          && Arrays.equals(key, other.key)
          && Arrays.equals(clientCa.orElse(new byte[0]), other.clientCa.orElse(new byte[0]));
    }
  }

  private final KubeletServerConfig config;

  /** Used by one thread at a time: guarded by this. */
  private Contents contents;

  private volatile Current current;

  KubeletTls(KubeletServerConfig config) throws IOException {
    this.config = config;
    try {
      this.contents = read();
      this.current = build(contents);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot serve TLS with certFile %s, keyFile %s, clientCaFile %s: %s"
              .formatted(
                  config.certFile(),
                  config.keyFile(),
                  config.clientCaFile().map(Path::toString).orElse("(none)"),
                  e.getMessage()),
          e);
    }
  }

  Current current() {
    return current;
  }

  /** Looks at the files. Blocks on the disk. */
  synchronized void reload() {
    try {
      Contents now = read();
      if (now.sameAs(contents)) {
        return;
      }
      current = build(now);
      contents = now;
      LOG.atInfo().addKeyValue("node", config.nodeName()).log("kubelet certificates read again");
    } catch (IOException | GeneralSecurityException e) {
      LOG.atWarn()
          .addKeyValue("node", config.nodeName())
          .addKeyValue("reason", e.getMessage())
          .log("kubelet certificates changed but cannot be read; keeping the former");
    }
  }

  private Contents read() throws IOException {
    Optional<Path> ca = config.clientCaFile();
    return new Contents(
        Files.readAllBytes(config.certFile()),
        Files.readAllBytes(config.keyFile()),
        ca.isPresent() ? Optional.of(Files.readAllBytes(ca.get())) : Optional.empty());
  }

  private static Current build(Contents from) throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = PemFiles.certificates(from.cert());
    PrivateKey key = PemFiles.key(from.key(), chain.getFirst());
    Optional<ClientCertificates> clients =
        from.clientCa().isPresent()
            ? Optional.of(new ClientCertificates(PemFiles.certificates(from.clientCa().get())))
            : Optional.empty();
    SslContextBuilder builder =
        SslContextBuilder.forServer(key, chain.toArray(X509Certificate[]::new))
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .ciphers(CIPHERS)
            .clientAuth(clients.isPresent() ? ClientAuth.OPTIONAL : ClientAuth.NONE);
    clients.ifPresent(c -> builder.trustManager(new AskingTrustManager(c.authorities())));
    return new Current(builder.build(), clients);
  }
}
