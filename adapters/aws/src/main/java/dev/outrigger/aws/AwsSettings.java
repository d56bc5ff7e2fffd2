package dev.outrigger.aws;

import dev.outrigger.provider.Settings;
import java.net.URI;
import java.util.Optional;

/**
 * Where AWS is and in whose name it is called. Credentials themselves never stand in the file: they
 * come from the SDK's default chain (environment, web identity, shared profile, instance role).
 *
 * @param endpoint replaces every service's endpoint (the simulator)
 * @param profile of the shared credentials file
 * @param assumeRoleArn a role to assume with those credentials
 * @param externalId for assuming it
 */
public record AwsSettings(
    String region,
    Optional<URI> endpoint,
    Optional<String> profile,
    Optional<String> assumeRoleArn,
    Optional<String> externalId) {

  /** Reads {@code region, endpoint, profile, assumeRoleArn, externalId} of a node's settings. */
  public static AwsSettings read(Settings settings) {
    String region = settings.requiredString("region", "an AWS region, for example eu-west-1");
    if (!region.isEmpty() && !region.matches("[a-z]+(-[a-z]+)+-[0-9]+")) {
      settings.problem("region", "must be an AWS region, such as eu-west-1, not '" + region + "'");
    }
    return new AwsSettings(
        region,
        endpoint(settings),
        settings.string("profile"),
        AwsIds.role(settings, "assumeRoleArn"),
        settings.string("externalId"));
  }

  /** For a region with the default credentials. */
  public static AwsSettings of(String region, Optional<URI> endpoint) {
    return new AwsSettings(region, endpoint, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Optional<URI> endpoint(Settings settings) {
    Optional<String> text = settings.string("endpoint");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text.get());
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one message below.
    }
    settings.problem("endpoint", "must be an http or https URL, for example http://127.0.0.1:4566");
    return Optional.empty();
  }
}
