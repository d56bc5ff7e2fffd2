package dev.outrigger.lambda;

import dev.outrigger.provider.PodAttempt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The trace that goes along with an Invoke, made of the attempt alone: Lambda's report repeats it
 * for sampled requests, and so tells whose invocation it was even when the answer was lost.
 */
final class TraceHeader {

  static final String NAME = "X-Amzn-Trace-Id";

  private TraceHeader() {}

  static String of(PodAttempt attempt, Instant now) {
    String hash = hash(attempt);
    return String.format(
        Locale.ROOT,
        "Root=1-%08x-%s;Parent=%s;Sampled=1",
        now.getEpochSecond(),
        hash.substring(0, 24),
        hash.substring(24, 40));
  }

  /** Whether a trace's root ({@code 1-time-id}) is that of the attempt, whenever it was sent. */
  static boolean isOf(String root, PodAttempt attempt) {
    return root.endsWith("-" + hash(attempt).substring(0, 24));
  }

  private static String hash(PodAttempt attempt) {
    try {
      byte[] token = attempt.token().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
