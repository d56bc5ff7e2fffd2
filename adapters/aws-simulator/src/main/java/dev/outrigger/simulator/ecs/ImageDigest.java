package dev.outrigger.simulator.ecs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What stands for the digest of an image that was never in a registry: its name's, or its own. */
final class ImageDigest {
  private ImageDigest() {}

  static String of(String image) {
    int pinned = image.indexOf("@sha256:");
    if (pinned >= 0) {
      return image.substring(pinned + 1);
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(image.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
