package dev.outrigger.agent.kubelet;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks a client for its certificate and lets any pass the handshake, as Go's RequestClientCert: a
 * certificate that does not count must be answered by 401, or by its holder's bearer token. That it
 * counts for nothing is seen to by {@link ClientCertificates#verify} at each request; the handshake
 * proves only that the peer holds the key.
 */
final class AskingTrustManager extends X509ExtendedTrustManager {

  private final X509Certificate[] authorities;

  AskingTrustManager(X509Certificate[] authorities) {
    this.authorities = authorities.clone();
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.clone();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException("only servers use this");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    checkServerTrusted(chain, authType);
  }
}
