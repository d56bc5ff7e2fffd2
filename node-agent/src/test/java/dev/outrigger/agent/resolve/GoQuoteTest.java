package dev.outrigger.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What Go printed of the same texts. */
final class GoQuoteTest {

  @Test
  void everythingIsWrittenAsGoWritesIt() {
    assertThat(GoQuote.of("plain, é 世 😀")).isEqualTo("\"plain, é 世 😀\"");
    assertThat(GoQuote.of("\\ \" \u0007\b\t\n\u000b\f\r"))
        .isEqualTo("\"\\\\ \\\" \\a\\b\\t\\n\\v\\f\\r\"");
    assertThat(GoQuote.of("\u0001\u007f\u0085\u00a0\u200b\u2028\ufeff\ue000\udb40\udc01"))
        .isEqualTo("\"\\x01\\x7f\\u0085\\u00a0\\u200b\\u2028\\ufeff\\ue000\\U000e0001\"");
  }
}
