package dev.outrigger.agent.resolve;

import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.SensitiveText;

/** Where service-account tokens come from. Blocks; throws what its client throws. */
public interface TokenSource {

  /**
   * What a token is for.
   *
   * @param pod the token ends with it
   * @param audience empty for the API server's own
   */
  record Order(PodKey pod, String serviceAccount, String audience, long expirationSeconds) {}

  /**
   * A token that holds for a while yet: the same one until it is time to renew it.
   *
   * @throws UnresolvedException when the API server gives none, and there is none that still holds
   */
  SensitiveText token(Order order) throws UnresolvedException;
}
