package dev.outrigger.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalTextTest {

  private static final String FIRST = "spec.hostPID is not supported: no host";

  private static List<AlsoRefused> many(int count, String remedy) {
    return IntStream.range(0, count)
        .mapToObj(i -> new AlsoRefused("spec.containers[%d].stdin".formatted(i), remedy + i))
        .toList();
  }

  @Test
  void everyPathHasItsRemedyAndThoseWithTheSameShareIt() {
    assertThat(
            RefusalText.of(
                FIRST,
                List.of(
                    new AlsoRefused("spec.a", "use x"),
                    new AlsoRefused("spec.b", "leave it out"),
                    new AlsoRefused("spec.c", "use x"),
                    new AlsoRefused("spec.d", ""))))
        .isEqualTo(
            FIRST + "; also refused: spec.a and spec.c (use x), spec.b (leave it out), spec.d");
  }

  @Test
  void allPathsAreNamedBeforeRemediesAre() {
    List<AlsoRefused> also = many(30, "a task has no standard input, nor number ");

    String text = RefusalText.of(FIRST, also);

    assertThat(text).hasSizeBetween(900, RefusalText.LONGEST);
    assertThat(text)
        .contains("spec.containers[0].stdin (a task")
        .endsWith("spec.containers[29].stdin");
    assertThat(also).allMatch(each -> text.contains(each.path()));
  }

  @Test
  void morePathsThanThereIsRoomForAreOthers() {
    assertThat(RefusalText.of(FIRST, many(500, "")))
        .hasSizeLessThanOrEqualTo(RefusalText.LONGEST)
        .endsWith(" and others");
  }
}
