package dev.outrigger.simulator.lambda;

import java.util.Locale;

/** X-Ray trace headers: the caller's, else one that is not sampled. */
final class TraceIds {
  private static final int PARENT_LENGTH = 16;
  private static final int EPOCH_DIGITS = 8;

  private TraceIds() {}

  static boolean isSampled(String header) {
    return header.contains("Sampled=1");
  }

  static String of(Invocation invocation) {
    if (!invocation.traceHeader().isEmpty()) {
      return invocation.traceHeader();
    }
    String hex = invocation.requestId().replace("-", "").toLowerCase(Locale.ROOT);
    String padded = (hex + "0".repeat(32)).substring(0, 32);
    return "Root=1-%08x-%s;Parent=%s;Sampled=0"
        .formatted(
            invocation.asked().getEpochSecond(),
            padded.substring(EPOCH_DIGITS),
            padded.substring(0, PARENT_LENGTH));
  }
}
