package dev.outrigger.provider;

import java.time.Duration;

/**
 * A key of the configuration, as the code that reads it knows it.
 *
 * @param path with {@code []} for any index, for example {@code nodes[].ecs.cluster}
 * @param type what may stand there, in words
 * @param fallback what holds without it: a value, {@code none} or {@code required}
 */
public record SettingKey(String path, String type, String fallback) {

  /** As it is written in the file. */
  static String text(Duration duration) {
    if (duration.toMillisPart() > 0) {
      return duration.toMillis() + "ms";
    }
    if (duration.toSecondsPart() > 0) {
      return duration.toSeconds() + "s";
    }
    return duration.toMinutesPart() > 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
  }
}
