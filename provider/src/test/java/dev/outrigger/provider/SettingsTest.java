package dev.outrigger.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private final List<ConfigProblem> problems = new ArrayList<>();

  @Test
  void everyProblemIsCollectedWithItsPath() {
    Settings settings =
        settings(Map.of("count", "many", "flag", "yes", "wait", "soon", "kind", "c", "list", "x"));

    settings.integer("count", 1, 0, 10);
    settings.bool("flag", false);
    settings.duration("wait", Duration.ofSeconds(1));
    settings.choice("kind", "a", List.of("a", "b"));
    settings.strings("list");
    settings.requiredString("name", "whose it is");

    assertThat(problems)
        .extracting(ConfigProblem::path)
        .containsExactly(
            "nodes[0].count",
            "nodes[0].flag",
            "nodes[0].wait",
            "nodes[0].kind",
            "nodes[0].list",
            "nodes[0].name");
  }

  @Test
  void anEmptyTextIsAMistakeUnlessItMeansTheSame() {
    Settings settings = settings(Map.of("a", "", "b", " ", "c", "", "d", "x\0y", "e", List.of()));

    assertThat(settings.string("a")).isEmpty();
    assertThat(settings.string("b", "fallback")).isEqualTo("fallback");
    assertThat(settings.string("c", "")).isEmpty();
    assertThat(settings.string("d")).isEmpty();
    assertThat(settings.requiredString("e", "whose it is")).isEmpty();

    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .satisfiesExactly(
            a -> assertThat(a).contains("nodes[0].a", "is empty"),
            b -> assertThat(b).contains("nodes[0].b", "is empty"),
            d -> assertThat(d).contains("nodes[0].d", "NUL"),
            e -> assertThat(e).contains("nodes[0].e", "must be a string"));
  }

  @Test
  void aWholeNumberOutsideItsRangeIsAProblem() {
    assertThat(settings(Map.of("n", 11)).integer("n", 5, 0, 10)).isEqualTo(5);
    assertThat(settings(Map.of("n", 1.5)).integer("n", 5, 0, 10)).isEqualTo(5);
    assertThat(problems).hasSize(2);
    assertThat(settings(Map.of("n", 10)).integer("n", 5, 0, 10)).isEqualTo(10);
    assertThat(problems).hasSize(2);
  }

  @Test
  void durationsAreReadInBothNotations() {
    Settings settings = settings(Map.of("a", "500ms", "b", "10s", "c", "5m", "d", "PT1H"));

    assertThat(List.of("a", "b", "c", "d"))
        .extracting(k -> settings.duration(k, Duration.ZERO))
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofHours(1));
    assertThat(problems).isEmpty();
  }

  @Test
  void aDurationThatNoClockReachesIsAProblem() {
    Settings settings = settings(Map.of("a", "9999999999999999h", "b", "87601h", "c", "87600h"));

    assertThat(List.of("a", "b", "c"))
        .extracting(k -> settings.duration(k, Duration.ZERO))
        .containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofDays(3650));
    assertThat(problems).hasSize(2);
  }

  @Test
  void aKeyThatNobodyAskedForIsAProblemHereAndBelow() {
    Settings settings =
        settings(
            Map.of("nane", "x", "ecs", Map.of("clutser", "y"), "list", List.of(Map.of("z", 1))));
    settings.string("name");
    settings.section("ecs").string("cluster");
    settings.sections("list").getFirst().string("a");

    settings.finish();

    assertThat(problems)
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder("nodes[0].nane", "nodes[0].ecs.clutser", "nodes[0].list[0].z");
  }

  private Settings settings(Map<String, ?> values) {
    return new Settings("nodes[0]", values, problems);
  }
}
