package dev.outrigger.agent.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "1", "+1.5", ".5", "1.", "500m", "2Gi", "1e3", "3E-2", "2E", "12k", "7u"})
  void goodQuantitiesAreTaken(String amount) {
    assertThat(Amounts.parse(amount)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lots", "", " 1", "1 Gi", "1gi", "1GB", "1.2.3", "1K", "0x10", "1e", "."})
  void badQuantitiesAreNot(String amount) {
    assertThat(Amounts.parse(amount)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pods, 1.5, must be a whole number",
    "pods, -1, must not be negative",
    "example.com/gpu, 500m, must be a whole number",
    "cpu, 1.5, ''",
    "pods, 1k, ''",
  })
  void amountsAreJudgedByTheirResource(String resource, String amount, String problem) {
    assertThat(Amounts.problem(resource, amount).orElse("")).startsWith(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "label, my-name, true",
    "label, My-name, false",
    "label, a.b, false",
    "label, -a, false",
    "name, a.b-c.d, true",
    "name, a..b, false",
    "qualified, example.com/My_name.1, true",
    "qualified, plain, true",
    "qualified, example.com/, false",
    "qualified, /plain, false",
    "qualified, a/b/c, false",
    "qualified, 'a b', false",
    "value, '', true",
    "value, b-, false",
    "value, V_1.x, true",
    "resource, cpu, true",
    "resource, cpus, false",
    "resource, hugepages-2Mi, true",
    "resource, example.com/gpu, true",
    "port, http-2, true",
    "port, 80, false",
    "port, a--b, false",
    "port, sixteen-letters-, false",
    "variable, a.b-c d, true",
    "variable, a=b, false",
  })
  void namesAreThoseOfTheApiServer(String kind, String name, boolean good) {
    Optional<String> problem =
        switch (kind) {
          case "label" -> Names.dnsLabel(name);
          case "name" -> Names.dnsName(name);
          case "qualified" -> Names.qualified(name);
          case "value" -> Names.labelValue(name);
          case "resource" -> Names.resource(name);
          case "port" -> Names.port(name);
          default -> Names.variable(name);
        };
    assertThat(problem.isEmpty()).isEqualTo(good);
    if (!kind.equals("name") && !kind.equals("variable")) {
      assertThat(Names.dnsLabel("a".repeat(64))).isPresent();
      assertThat(Names.labelValue("a".repeat(64))).isPresent();
    }
  }
}
