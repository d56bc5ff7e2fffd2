package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.outrigger.provider.LogLine;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogCutterTest {

  private final StringBuilder out = new StringBuilder();
  private final LogOutput output =
      new LogOutput() {
        @Override
        public void write(byte[] bytes, int length) {
          out.append(new String(bytes, 0, length, StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {}
      };

  private static LogOptions options(String query) {
    try {
      return LogOptions.parse(
          new QueryStringDecoder("/?" + query).parameters(), TestNode.START.plusSeconds(10));
    } catch (HttpProblem e) {
      throw new AssertionError(e);
    }
  }

  /** Four lines at seconds 0 to 3, the third on stderr; then, when followed, two more. */
  private String cut(String query) throws IOException {
    LogCutter cutter = new LogCutter(options(query), output, 1 << 20);
    try {
      for (int i = 0; i < 4; i++) {
        cutter.line(line(i));
      }
      cutter.caughtUp();
      if (options(query).follow()) {
        cutter.line(line(4));
        cutter.line(line(5));
      }
    } catch (LogCutter.Enough e) {
      out.append('!');
    }
    return out.toString().replace('\n', ' ').strip();
  }

  private static LogLine line(int second) {
    LogLine line = TestNode.line(second, "l" + second);
    return second == 2 ? new LogLine(line.time(), LogLine.Stream.STDERR, line.text(), true) : line;
  }

  @ParameterizedTest
  @CsvSource({
    "'',                                       l0 l1 l2 l3",
    "follow=1,                                 l0 l1 l2 l3 l4 l5",
    "tailLines=2,                              l2 l3",
    "tailLines=9,                              l0 l1 l2 l3",
    "tailLines=0,                              ''",
    "tailLines=0&follow=1,                     l4 l5",
    "tailLines=1&follow=1,                     l3 l4 l5",
    "sinceSeconds=8,                           l2 l3",
    "sinceSeconds=9&tailLines=1,               l3",
    "sinceTime=2026-11-21T10:00:03Z&follow=1,  l3 l4 l5",
    "stream=Stdout,                            l0 l1 l3",
    "stream=Stderr,                            l2",
    "limitBytes=4,                             l0 l!",
    "limitBytes=3&tailLines=2,                 l2 !",
    "limitBytes=100,                           l0 l1 l2 l3",
    "stream=Stderr&limitBytes=3,               l2 !",
    "limitBytes=12&tailLines=1&timestamps=1,   2026-11-21T1!",
    "tailLines=1&timestamps=1,                 2026-11-21T10:00:03.000000000Z l3",
  })
  void everyOptionCutsAsTheKubeletDoes(String query, String expected) throws Exception {
    assertThat(cut(query)).isEqualTo(expected);
  }

  @Test
  void timeStampsAlwaysHaveNineDigits() throws Exception {
    LogCutter cutter = new LogCutter(options("timestamps=1"), output, 1 << 20);
    Instant time = Instant.parse("2026-01-02T03:04:05.120000Z");
    cutter.line(
        new LogLine(time, LogLine.Stream.STDOUT, "x".getBytes(StandardCharsets.UTF_8), false));
    assertThat(out.toString()).isEqualTo("2026-01-02T03:04:05.120000000Z x");
  }

  @Test
  void aLineInPartsIsStampedOnce() throws Exception {
    LogCutter cutter = new LogCutter(options("timestamps=1"), output, 1 << 20);
    Instant time = Instant.parse("2026-01-02T03:04:05Z");
    for (boolean terminated : new boolean[] {false, false, true, true}) {
      byte[] text = "x".getBytes(StandardCharsets.UTF_8);
      cutter.line(new LogLine(time, LogLine.Stream.STDOUT, text, terminated));
    }
    assertThat(out.toString())
        .isEqualTo("2026-01-02T03:04:05.000000000Z xxx\n2026-01-02T03:04:05.000000000Z x\n");
  }

  @Test
  void tailBeyondMemoryIsFoundBySecondReading() throws Exception {
    LogOptions options = options("tailLines=600");
    LogCutter first = new LogCutter(options, output, 10_000);
    for (int i = 0; i < 1000; i++) {
      first.line(TestNode.line(i, "l" + i));
    }
    var tooLong = catchThrowableOfType(LogCutter.TailTooLong.class, first::caughtUp);
    assertThat(out).isEmpty();

    LogCutter second = LogCutter.skipping(options, output, tooLong.linesToSkip());
    for (int i = 0; i < 1000; i++) {
      second.line(TestNode.line(i, "l" + i));
    }
    second.caughtUp();
    assertThat(out.toString().lines()).hasSize(600).startsWith("l400").endsWith("l999");
  }

  @Test
  void overflowedTailThatTurnsOutShorterThanAskedIsWhole() throws Exception {
    LogOptions options = options("tailLines=5000");
    LogCutter first = new LogCutter(options, output, 10_000);
    for (int i = 0; i < 1000; i++) {
      first.line(TestNode.line(i, "l" + i));
    }
    var tooLong = catchThrowableOfType(LogCutter.TailTooLong.class, first::caughtUp);
    LogCutter second = LogCutter.skipping(options, output, tooLong.linesToSkip());
    for (int i = 0; i < 1000; i++) {
      second.line(TestNode.line(i, "l" + i));
    }
    assertThat(out.toString().lines()).hasSize(1000);
  }
}
