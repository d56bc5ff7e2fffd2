package dev.outrigger.agent.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What a server proves itself with.
 *
 * @param chain the leaf first; never empty
 */
public record ServingIdentity(List<X509Certificate> chain, PrivateKey key) {

  public ServingIdentity {
    chain = List.copyOf(chain);
  }

  public Instant expiry() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Says nothing of the key. */
  @Override
  public String toString() {
    return "ServingIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
