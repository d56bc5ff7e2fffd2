package dev.outrigger.ecs;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Names by content. */
final class Digests {

  private static final int ITERATIONS = 20_000;
  private static final int BITS = 160;

  private Digests() {}

  static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A name for a secret value; slow, so that a short value is not found by trying. */
  static String slow(String value, String salt) {
    try {
      var spec =
          new PBEKeySpec(
              (value + "\0").toCharArray(),
              salt.getBytes(StandardCharsets.UTF_8),
              ITERATIONS,
              BITS);
      byte[] hash =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
    }
  }
}
