package dev.outrigger.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LibraryNoiseTest {

  private final LibraryNoise noise = new LibraryNoise();

  @Test
  void aLibrarySaysTheSameOncePerMinuteAndTheAgentWhatItWants() {
    assertThat(noise.isLoggable(said("io.fabric8.Informer", "will retry", 0))).isTrue();
    assertThat(noise.isLoggable(said("io.fabric8.Informer", "will retry", 59))).isFalse();
    assertThat(noise.isLoggable(said("io.fabric8.Informer", "something else", 59))).isTrue();
    assertThat(noise.isLoggable(said("io.fabric8.Informer", "will retry", 61))).isTrue();

    assertThat(noise.isLoggable(said("dev.outrigger.agent.X", "again", 0))).isTrue();
    assertThat(noise.isLoggable(said("dev.outrigger.agent.X", "again", 1))).isTrue();
  }

  private static LogRecord said(String logger, String message, int second) {
    LogRecord entry = new LogRecord(Level.WARNING, message);
    entry.setLoggerName(logger);
    entry.setInstant(Instant.ofEpochSecond(1_000_000 + second));
    return entry;
  }
}
