package dev.outrigger.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LogGroupReaderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FakeLogs logs = new FakeLogs();
  private final Seen seen = new Seen();
  private final AwsCalls calls =
      new AwsCalls(ApiBudget.of(new ApiBudget.Scope("fake", "us-east-1", "logs")), () -> false);
  private final LogGroupReader reader =
      new LogGroupReader(logs, calls, Duration.ofMillis(5), Duration.ofMillis(50));

  @Test
  void allPagesAreReadInOrder() throws Exception {
    fill(8);
    reader.read(range(0), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "<caught up>");
  }

  @Test
  void aThrottledReadIsTriedAgainSinceNobodyElseWould() throws Exception {
    fill(2);
    logs.throttle(3);
    reader.read(range(0), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("1", "2", "<caught up>");
  }

  @Test
  void aTailIsReadFromTheEnd() throws Exception {
    fill(8);
    reader.read(range(4), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("5", "6", "7", "8", "<caught up>");
  }

  @Test
  void aTailOfMorePagesThanAreHeldIsWhole() throws Exception {
    fill(60);
    reader.read(range(50), false, () -> true, seen);
    assertThat(seen.lines)
        .hasSize(51)
        .startsWith("11", "12", "13")
        .endsWith("58", "59", "60", "<caught up>")
        .doesNotHaveDuplicates();
  }

  @Test
  void aStreamThatDoesNotExistYetIsEmpty() throws Exception {
    reader.read(range(0), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("<caught up>");
  }

  @Test
  void followingStartsBeforeTheStreamExistsAndEndsWithTheContainer() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    Thread follower = follow(reader, ended);
    await().atMost(PATIENCE).until(() -> seen.lines.contains("<caught up>"));
    logs.add("late");
    await().atMost(PATIENCE).until(() -> seen.lines.contains("late"));
    logs.add("last");
    ended.set(true);
    assertThat(follower.join(PATIENCE)).isTrue();
    assertThat(seen.lines).containsExactly("<caught up>", "late", "last");
  }

  @Test
  void aFollowerThatIsThrottledBetweenTwoPagesWritesEachLineOnce() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    LogGroupReader impatient =
        new LogGroupReader(logs, calls, Duration.ofMillis(5), Duration.ofMillis(50), Duration.ZERO);
    Thread follower = follow(impatient, ended);
    await().atMost(PATIENCE).until(() -> seen.lines.contains("<caught up>"));
    logs.throttleAt("f/3", 3);
    logs.add("1", "2", "3", "4", "5");
    await().atMost(PATIENCE).until(() -> seen.lines.contains("5"));
    ended.set(true);
    assertThat(follower.join(PATIENCE)).isTrue();
    assertThat(seen.lines).containsExactly("<caught up>", "1", "2", "3", "4", "5");
  }

  @Test
  void anEventOfSeveralLinesBecomesSeveralLines() throws Exception {
    logs.add("one\n\ntwo\n");
    reader.read(range(0), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("one", "", "two", "<caught up>");
  }

  @Test
  void whiteSpaceOfALineIsTheContainersOwn() throws Exception {
    logs.add("a   ", "   lead\t", " ", "progress\r", "ended\r\n", "two\n\n");
    reader.read(range(0), false, () -> true, seen);
    assertThat(seen.lines)
        .containsExactly(
            "a   ", "   lead\t", " ", "progress\r", "ended\r", "two", "", "<caught up>");
  }

  @Test
  void aSinceBefore1970AsksForAll() throws Exception {
    fill(2);
    Optional<Instant> since = Optional.of(Instant.EPOCH.minusSeconds(3600));
    reader.read(new LogGroupReader.Range("group", "stream", since, 0), false, () -> true, seen);
    assertThat(seen.lines).containsExactly("1", "2", "<caught up>");
  }

  private Thread follow(LogGroupReader with, AtomicBoolean ended) {
    return Thread.ofVirtual()
        .name("follower")
        .start(
            () -> {
              try {
                with.read(range(0), true, ended::get, seen);
              } catch (Exception e) {
                seen.lines.add(e.toString());
              }
            });
  }

  private void fill(int count) {
    for (int i = 1; i <= count; i++) {
      logs.add(String.valueOf(i));
    }
  }

  private static LogGroupReader.Range range(int tail) {
    return new LogGroupReader.Range("group", "stream", Optional.empty(), tail);
  }

  private static final class Seen implements LogSink {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void line(LogLine line) {
      lines.add(new String(line.text(), StandardCharsets.UTF_8));
    }

    @Override
    public void caughtUp() {
      lines.add("<caught up>");
    }
  }
}
