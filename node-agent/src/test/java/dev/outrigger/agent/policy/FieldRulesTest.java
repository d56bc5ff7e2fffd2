package dev.outrigger.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldRulesTest {

  private static List<String> expressions(FieldRow... rows) {
    return FieldRules.of(new FieldTable(List.of(rows), "no")).stream()
        .map(FieldRule::expression)
        .toList();
  }

  @Test
  void whatIsTakenHasNoRule() {
    assertThat(
            expressions(
                FieldRow.translated("spec.hostname", "x"),
                FieldRow.harmless("spec.dnsPolicy", "x")))
        .isEmpty();
  }

  @Test
  void aRefusedFieldMustBeAbsent() {
    assertThat(expressions(FieldRow.refused("spec.hostAliases", "no")))
        .containsExactly("!has(variables.spec.hostAliases)");
  }

  @Test
  void aFieldInAListIsLookedForInEachItem() {
    assertThat(expressions(FieldRow.refused("spec.containers[].ports[].hostPort", "no")))
        .containsExactly(
            "(!has(variables.spec.containers) || variables.spec.containers.all(x0,"
                + " (!has(x0.ports) || x0.ports.all(x1, !has(x1.hostPort)))))");
  }

  @Test
  void onlyTheAcceptedValuesPass() {
    assertThat(expressions(FieldRow.onlyWith("spec.hostIPC", List.of("false"), "no")))
        .containsExactly(
            "(!has(variables.spec.hostIPC) || string(variables.spec.hostIPC) in ['false'])");
  }

  @Test
  void aHostNamePassesThatIsThePodsOwnOrThatAStatefulSetReplaces() {
    assertThat(expressions(FieldRow.onlyWith("spec.hostname", List.of(FieldRow.POD_NAME), "no")))
        .containsExactly(
            "(!has(variables.spec.hostname) || object.kind == 'StatefulSet' || (object.kind =="
                + " 'Pod' && string(variables.spec.hostname) == object.metadata.name))");
  }

  @Test
  void claimTemplatesOfAStatefulSetCountAsTheVolumesTheyBecome() {
    assertThat(expressions(FieldRow.refused("spec.volumes[].persistentVolumeClaim", "no")))
        .singleElement()
        .asString()
        .endsWith(" && !has(variables.top.volumeClaimTemplates)");
  }

  @Test
  void keysWithRowsOfTheirOwnPass() {
    assertThat(
            expressions(
                FieldRow.refused("spec.overhead.*", "no"),
                FieldRow.translated("spec.overhead.cpu", "x")))
        .containsExactly(
            "(!has(variables.spec.overhead) || variables.spec.overhead.all(k, k in ['cpu']))");
  }

  @Test
  void theAutomaticTokenPasses() {
    assertThat(
            expressions(
                FieldRow.refused("spec.containers[].volumeMounts", "no"),
                FieldRow.refused("spec.volumes[].projected", "no")))
        .containsExactly(
            "(!has(variables.spec.containers) || variables.spec.containers.all(x0,"
                + " (!has(x0.volumeMounts) || x0.volumeMounts.all(x1,"
                + " x1.name.startsWith('kube-api-access-') || false))))",
            "(!has(variables.spec.volumes) || variables.spec.volumes.all(x0,"
                + " (x0.name.startsWith('kube-api-access-') && has(x0.projected)) ||"
                + " !has(x0.projected)))");
  }

  @Test
  void theMessageSaysPathAndWhatToUse() {
    FieldTable table =
        new FieldTable(List.of(FieldRow.refused("spec.hostPID", "leave it out")), "");

    assertThat(FieldRules.of(table).getFirst().message())
        .isEqualTo("spec.hostPID is not supported: leave it out");
  }

  @Test
  void reservedWordsAreEscaped() {
    assertThat(Cel.field("a", "namespace")).isEqualTo("a.__namespace__");
    assertThat(Cel.text("it's")).isEqualTo("'it\\'s'");
  }
}
