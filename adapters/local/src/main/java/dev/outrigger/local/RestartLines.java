package dev.outrigger.local;

import dev.outrigger.provider.RestartRules;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * When a container is started again while its attempt lives, for the supervisor: a line for each
 * rule, of which the first that matches the exit code counts, {@code VERDICT OPERATOR CODES}.
 */
final class RestartLines {

  private RestartLines() {}

  /** Of the container of this name: none for one that is started once. */
  static List<String> of(PodSpec spec, String name) {
    for (Container init : spec.getInitContainers()) {
      if (init.getName().equals(name)) {
        return ofInit(spec, init);
      }
    }
    return spec.getContainers().stream()
        .filter(c -> c.getName().equals(name))
        .findFirst()
        .map(c -> lines(spec, c))
        .orElse(List.of());
  }

  private static List<String> ofInit(PodSpec spec, Container init) {
    if (Sidecars.is(init)) {
      return List.of("again NotIn");
    }
    List<String> lines = new ArrayList<>(List.of("end In 0"));
    lines.addAll(lines(spec, init));
    return lines;
  }

  private static List<String> lines(PodSpec spec, Container container) {
    List<String> lines = new ArrayList<>();
    RestartRules.of(container).forEach(rule -> lines.add(line(rule)));
    switch (RestartRules.policy(container, RestartRules.policy(spec))) {
      case "Always" -> lines.add("again NotIn");
      case "OnFailure" -> lines.add("again NotIn 0");
      default -> {}
    }
    return lines;
  }

  private static String line(ContainerRestartRule rule) {
    return "again %s %s"
        .formatted(
            rule.getExitCodes().getOperator(),
            rule.getExitCodes().getValues().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(" ")));
  }
}
