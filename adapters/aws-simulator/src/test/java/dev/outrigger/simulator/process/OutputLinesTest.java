package dev.outrigger.simulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputLinesTest {

  @Test
  void aLoneCarriageReturnStaysInItsLineAndEmptyLinesAreNotSent() throws IOException {
    assertThat(lines("10%\r100%\r\n\n\nend")).containsExactly("10%\r100%\r", "end");
  }

  @Test
  void whatIsNotUtf8IsReplaced() throws IOException {
    assertThat(lines("a\u00ffb\n")).containsExactly("a\ufffdb");
  }

  @Test
  void aLongLineBecomesSeveralEvents() throws IOException {
    assertThat(lines("x".repeat(300_000)))
        .extracting(String::length)
        .containsExactly(262_118, 37_882);
  }

  /** Each character is a byte. */
  private static List<String> lines(String output) throws IOException {
    List<String> lines = new ArrayList<>();
    byte[] bytes = output.getBytes(StandardCharsets.ISO_8859_1);
    OutputLines.read(new ByteArrayInputStream(bytes), lines::add);
    return lines;
  }
}
