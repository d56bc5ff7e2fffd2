package dev.outrigger.simulator.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Tells a command's output from that of who could not start it: what begins like a failure is held
 * back, and kept if it is one. Used by one thread, and by another once that has ended.
 */
final class FailureFilter {
  private static final byte[] NOTHING = {};

  private final byte[] sign;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean open;

  FailureFilter(Optional<String> sign) {
    this.sign = sign.orElse("").getBytes(StandardCharsets.UTF_8);
    this.open = sign.isEmpty();
  }

  /** What may be shown now, of this and what came before. */
  byte[] pass(byte[] read, int count) {
    if (open) {
      return Arrays.copyOf(read, count);
    }
    held.write(read, 0, count);
    byte[] all = held.toByteArray();
    int common = Math.min(all.length, sign.length);
    if (Arrays.equals(all, 0, common, sign, 0, common)) {
      return NOTHING;
    }
    open = true;
    return all;
  }

  /** What was held back for being too short to tell, once all output was read. */
  byte[] rest() {
    return open || held.size() >= sign.length ? NOTHING : held.toByteArray();
  }

  /** The failure, once all output was read, in one line. */
  Optional<String> failure() {
    return open || held.size() < sign.length
        ? Optional.empty()
        : Optional.of(held.toString(StandardCharsets.UTF_8).strip().replaceAll("\\s+", " "));
  }
}
