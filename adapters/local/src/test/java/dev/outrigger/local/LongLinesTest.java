package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Output that is longer than anybody wants to hold in memory, to its last byte. */
class LongLinesTest extends HostFixture {

  private static final int PART = 16 * 1024;

  @Test
  void aLongLineComesInPartsThatTogetherAreTheLine() throws Exception {
    open();
    List<LogLine> lines = ran("long", "head -c 40000 /dev/zero | tr '\\0' x; echo; echo next");

    assertThat(lines)
        .extracting(l -> l.text().length)
        .containsExactly(PART, PART, 40000 - 2 * PART, 4);
    assertThat(lines).extracting(LogLine::terminated).containsExactly(false, false, true, true);
  }

  @Test
  void aLineOfOnePartExactlyEndsWithNothingMore() throws Exception {
    open();
    List<LogLine> lines = ran("exact", "head -c 16384 /dev/zero; echo; printf 'no end'");

    assertThat(lines).extracting(l -> l.text().length).containsExactly(PART, 0, 6);
    assertThat(lines).extracting(LogLine::terminated).containsExactly(false, true, false);
  }

  @Test
  void theLastOutputIsThereHoweverMuchCameBeforeIt() throws Exception {
    open();
    PodAttempt attempt = PodWorks.newAttempt("much");
    create(PodWorks.shell(attempt, "echo start; head -c 300000000 /dev/zero; echo; echo done"));
    assertThat(end(attempt).exitCode()).hasValue(0);

    Sum sum = new Sum();
    try (LogLines log = LogLines.fromStart(file(attempt))) {
      Optional<LogLine> line = log.next();
      while (line.isPresent()) {
        sum.line(line.get());
        line = log.next();
      }
    }

    assertThat(sum.bytes).isEqualTo(300_000_000L + "startdone".length());
    assertThat(sum.last).isEqualTo("done");
    assertThat(sum.longest).isEqualTo(PART);
  }

  @Test
  void aProcessThatLeftTheContainerAndGoesOnWritingHoldsItsEndUpForSecondsOnly() throws Exception {
    open();
    List<LogLine> lines =
        ran(
            "left",
            "HOME=/ setsid timeout 120 sh -c 'while echo more; do sleep 0.1; done' & echo mine");

    assertThat(lines)
        .extracting(l -> new String(l.text(), StandardCharsets.UTF_8))
        .contains("mine");
  }

  @Test
  void aForeignLineWithoutLimitIsReadInParts() throws Exception {
    Path file = root.resolve("foreign");
    String text = "y".repeat(100_000);
    Files.writeString(file, "1000000 E F " + text + "\n2000000 O F next\n");
    Sum sum = new Sum();
    List<LogLine> lines = new ArrayList<>();
    try (LogLines log = LogLines.fromStart(file)) {
      Optional<LogLine> line = log.next();
      while (line.isPresent()) {
        lines.add(line.get());
        sum.line(line.get());
        line = log.next();
      }
    }

    assertThat(sum.bytes).isEqualTo(100_004);
    assertThat(sum.longest).isLessThan(64 * 1024);
    assertThat(lines).filteredOn(LogLine::terminated).hasSize(2);
    assertThat(lines).filteredOn(l -> l.stream() == LogLine.Stream.STDERR).hasSizeGreaterThan(1);
    assertThat(sum.last).isEqualTo("next");
  }

  private List<LogLine> ran(String name, String script) throws Exception {
    PodAttempt attempt = PodWorks.newAttempt(name);
    create(PodWorks.shell(attempt, script));
    end(attempt);
    return log(attempt, PodWorks.CONTAINER).lines();
  }

  private Path file(PodAttempt attempt) {
    return folder(attempt).resolve("containers/" + PodWorks.CONTAINER + "/log");
  }

  /** What is left of lines when they are not kept. */
  private static final class Sum implements LogSink {
    private long bytes;
    private int longest;
    private String last = "";

    @Override
    public void line(LogLine line) {
      bytes += line.text().length;
      longest = Math.max(longest, line.text().length);
      last = line.text().length > 100 ? "" : new String(line.text(), StandardCharsets.UTF_8);
    }

    @Override
    public void caughtUp() {}
  }
}
