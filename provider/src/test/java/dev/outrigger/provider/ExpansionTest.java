package dev.outrigger.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

  private static final Map<String, SensitiveText> VARIABLES =
      Map.of(
          "A", SensitiveText.plain("1"),
          "B", SensitiveText.plain("$(A)"),
          "EMPTY", SensitiveText.plain(""),
          "SECRET", SensitiveText.sensitive("hush"));

  /** The kubelet's own table, in the essentials (expansion_test.go). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$(A)|1",
        "x$(A)y$(A)|x1y1",
        "$(B)|$(A)",
        "$(UNKNOWN)|$(UNKNOWN)",
        "$$(A)|$(A)",
        "$$$(A)|$1",
        "$$$$(A)|$$(A)",
        "$(A|$(A",
        "$A|$A",
        "cost: 5$|cost: 5$",
        "$(EMPTY)x|x",
        "$|$",
        "$()|$()"
      })
  void textIsExpandedAsTheKubeletDoes(String text, String expanded) {
    assertThat(Expansion.expand(text, VARIABLES).reveal()).isEqualTo(expanded);
  }

  @Test
  void textThatTakesInASecretIsSensitive() {
    assertThat(Expansion.expand("p=$(SECRET)", VARIABLES).isSensitive()).isTrue();
    assertThat(Expansion.expand("p=$(SECRET)", VARIABLES).toString()).doesNotContain("hush");
    assertThat(Expansion.expand("p=$(A)", VARIABLES).isSensitive()).isFalse();
  }

  @Test
  void variablesThatAreNotThereAreNamed() {
    assertThat(Expansion.unknown("$(A)/$$(NO)/$(ABSENT)/$(SECRET)", VARIABLES.keySet()))
        .containsExactly("ABSENT");
  }
}
