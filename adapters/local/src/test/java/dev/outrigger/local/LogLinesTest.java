package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.LogLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinesTest {

  private static final int LINES = 700;

  @TempDir private Path folder;
  private Path file;
  private final List<String> all = new ArrayList<>();

  /**
   * Lines of many lengths, some of them empty, over several of the blocks that are read at once.
   */
  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("log");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      String line = "x".repeat(i * i % 97) + (i % 10 == 0 ? "" : i);
      all.add(line);
      text.append("1000000 O F ").append(line).append('\n');
    }
    Files.writeString(file, text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 99, 100, 101, 350, 699, 700, 701, 100_000})
  void aTailIsTheLastLines(int lines) throws Exception {
    assertThat(tail(lines)).isEqualTo(all.subList(Math.max(0, LINES - lines), LINES));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100, 701})
  void whatIsBeingWrittenIsNoLineYet(int lines) throws Exception {
    Files.writeString(file, "1000000 O F half", StandardOpenOption.APPEND);

    assertThat(tail(lines)).isEqualTo(all.subList(Math.max(0, LINES - lines), LINES));
  }

  @Test
  void anEmptyFileHasNoTail() throws Exception {
    Files.writeString(file, "");

    assertThat(tail(3)).isEmpty();
  }

  @Test
  void theOffsetIsWhereTheNextLineBegins() throws Exception {
    String text = Files.readString(file);
    try (LogLines lines = LogLines.fromStart(file)) {
      lines.toTail(20, lines.size());
      while (lines.next().isPresent()) {
        assertThat(text.charAt(Math.toIntExact(lines.offset()) - 1)).isEqualTo('\n');
      }
      assertThat(lines.offset()).isEqualTo(lines.size());
    }
  }

  private List<String> tail(int count) throws Exception {
    List<String> tail = new ArrayList<>();
    try (LogLines lines = LogLines.fromStart(file)) {
      lines.toTail(count, lines.size());
      Optional<LogLine> line = lines.next();
      while (line.isPresent()) {
        tail.add(new String(line.get().text(), StandardCharsets.UTF_8));
        line = lines.next();
      }
    }
    return tail;
  }
}
