package dev.outrigger.agent.kubelet.stats;

import java.math.BigDecimal;
import java.time.Instant;

/** Prometheus' text format, version 0.0.4. */
final class Exposition {

  private static final int NANOS_DIGITS = 9;

  private final StringBuilder text = new StringBuilder();

  Exposition metric(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /**
   * @param labels {@code name="value"} pairs, in alphabetical order as the kubelet's
   */
  void sample(String name, String labels, String value, Instant at) {
    line(name, labels, value).append(' ').append(at.toEpochMilli()).append('\n');
  }

  void sample(String name, String labels, String value) {
    line(name, labels, value).append('\n');
  }

  /** Nanoseconds in seconds, exactly. */
  static String seconds(long nanos) {
    BigDecimal seconds = BigDecimal.valueOf(nanos, NANOS_DIGITS).stripTrailingZeros();
    return seconds.toPlainString();
  }

  static String seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond())
        .add(BigDecimal.valueOf(time.getNano(), NANOS_DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }

  static String label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return name + "=\"" + escaped + "\"";
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private StringBuilder line(String name, String labels, String value) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    return text.append(' ').append(value);
  }
}
