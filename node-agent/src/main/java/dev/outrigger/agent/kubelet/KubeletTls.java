package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.tls.ServingIdentity;
import dev.outrigger.agent.tls.ServingKeyManager;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate, key and client CA, asked for again and again. A change that does not
 * read well (a file half written, a key that is not yet the certificate's) leaves what was.
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

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Netty's own where it can be loaded. */
  static final SslProvider PREFERRED =
      OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  /** What holds at one time; a connection keeps what it started with. */
  record Current(SslContext context, Optional<ClientCertificates> clients) {

    /** The server's side of a new connection. */
    SslHandler newHandler(ByteBufAllocator buffers) {
      return context.newHandler(buffers);
    }
  }

  private record Contents(ServingIdentity serving, List<X509Certificate> authorities) {}

  private final KubeletServerConfig config;
  private final SslProvider provider;

  /** Used by one thread at a time: guarded by this. */
  private Contents contents;

  private volatile Current current;

  KubeletTls(KubeletServerConfig config, SslProvider provider) throws IOException {
    this.config = config;
    this.provider = provider;
    this.contents = read();
    try {
      this.current = build(contents);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot serve TLS: " + e.getMessage(), e);
    }
  }

  /** Whose TLS it is. */
  String implementation() {
    return provider == SslProvider.JDK ? "JDK" : OpenSsl.versionString();
  }

  Current current() {
    return current;
  }

  /** Asks the sources again. Blocks on the disk. */
  synchronized void reload() {
    try {
      Contents now = read();
      if (now.equals(contents)) {
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
    return new Contents(config.serving().current(), config.authorities().current());
  }

  private Current build(Contents from) throws GeneralSecurityException {
    Optional<ClientCertificates> clients =
        from.authorities().isEmpty()
            ? Optional.empty()
            : Optional.of(new ClientCertificates(from.authorities()));
    SslContextBuilder builder =
        SslContextBuilder.forServer(new ServingKeyManager(from.serving()))
            .sslProvider(provider)
            .ciphers(CIPHERS)
            .protocols(PROTOCOLS);
    clients.ifPresent(
        c ->
            builder
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AskingTrustManager(c.authorities())));
    try {
      return new Current(builder.build(), clients);
    } catch (SSLException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
