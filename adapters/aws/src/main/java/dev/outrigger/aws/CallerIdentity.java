package dev.outrigger.aws;

import java.util.Optional;

/**
 * In whose name a call is made when it is not the node's: the credentials and region of a Pod.
 *
 * <p>{@link #toString} shows the key id only.
 */
public record CallerIdentity(
    String region, String accessKeyId, String secretAccessKey, Optional<String> sessionToken) {

  @Override
  public String toString() {
    return accessKeyId + "@" + region;
  }
}
