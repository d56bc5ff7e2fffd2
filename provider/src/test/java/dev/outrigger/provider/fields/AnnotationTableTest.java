package dev.outrigger.provider.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.fields.FieldRow.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotationTableTest {

  private static final FieldTable LAMBDA =
      new FieldTable(
          List.of(),
          "no",
          new AnnotationTable(
              "lambda",
              List.of(
                  FieldRow.translated("outrigger.dev/lambda-payload", "the payload"),
                  FieldRow.translatedOnly(
                      "outrigger.dev/lambda-log-answer", List.of("true", "false"), "the answer"))));

  @Test
  void misspeltAnnotationIsRefusedWithTheOneMeantAndWhatIsKnown() {
    for (String name : List.of("outrigger.dev/lambda-paylaod", "outrigger.dev/lamda-payload")) {
      assertThatThrownBy(() -> LAMBDA.check(annotated(name, "{}")))
          .hasMessage(
              "metadata.annotations[%s] is not supported: not a known annotation (did you mean"
                      .formatted(name)
                  + " outrigger.dev/lambda-payload?): lambda knows outrigger.dev/lambda-log-answer,"
                  + " outrigger.dev/lambda-payload");
    }
  }

  @Test
  void valueThatMeansNothingIsRefused() {
    assertThatThrownBy(() -> LAMBDA.check(annotated("outrigger.dev/lambda-log-answer", "no")))
        .hasMessageContaining("metadata.annotations[outrigger.dev/lambda-log-answer]");
  }

  @Test
  void annotationsOfOthersRideAlong() {
    for (String name :
        List.of(
            "outrigger.dev/lambda-payload",
            "outrigger.dev/ecs-anything",
            "kubectl.kubernetes.io/restartedAt",
            "my-outrigger.dev/lambda-paylaod")) {
      assertThatCode(() -> LAMBDA.check(annotated(name, "x"))).doesNotThrowAnyException();
    }
    assertThat(LAMBDA.explain(annotated("outrigger.dev/ecs-anything", "x")))
        .extracting(FieldTable.Finding::verdict)
        .containsExactly(Verdict.HARMLESS);
  }

  private static Pod annotated(String name, String value) {
    return new PodBuilder()
        .withNewMetadata()
        .addToAnnotations(name, value)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }
}
