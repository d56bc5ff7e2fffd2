package dev.outrigger.testbed;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One virtual node of an agent's configuration.
 *
 * @param settings lines of the provider's own section
 * @param capacity instead of what the provider says, by resource name
 * @param apart whether the scheduler places nothing there that tolerates the usual taint
 */
public record NodeSettings(
    String name,
    String provider,
    List<String> settings,
    Map<String, String> capacity,
    boolean apart) {
  public NodeSettings {
    settings = List.copyOf(settings);
    capacity = Map.copyOf(capacity);
  }

  /** With the capacity that the provider says. */
  public NodeSettings(String name, String provider, List<String> settings) {
    this(name, provider, settings, Map.of(), false);
  }

  /** A node of this host's processes, whose records are in {@code root}. */
  public static NodeSettings local(String name, Path root) {
    return new NodeSettings(name, "local", List.of("root: " + root));
  }

  /** A node on a Lambda endpoint. */
  public static NodeSettings lambda(String name, String endpoint) {
    return new NodeSettings(
        name,
        "lambda",
        List.of(
            "region: us-west-2",
            "endpoint: " + endpoint,
            "role: arn:aws:iam::000000000000:role/outrigger"));
  }

  /** A node on an ECS endpoint. */
  public static NodeSettings ecs(String name, String endpoint) {
    return new NodeSettings(
        name,
        "ecs",
        List.of(
            "region: us-west-2",
            "endpoint: " + endpoint,
            "cluster: default",
            "subnets: [subnet-1]",
            "logGroup: /outrigger/ecs",
            "executionRoleArn: arn:aws:iam::000000000000:role/outrigger-execution"));
  }

  /** The same with more lines in the provider's section. */
  public NodeSettings with(String... lines) {
    return new NodeSettings(
        name,
        provider,
        Stream.concat(settings.stream(), Stream.of(lines)).toList(),
        capacity,
        apart);
  }

  /** The same with a capacity of its own. */
  public NodeSettings withCapacity(String resource, String amount) {
    return new NodeSettings(name, provider, settings, Map.of(resource, amount), apart);
  }

  /** The same, for Pods that name it only. */
  public NodeSettings keptApart() {
    return new NodeSettings(name, provider, settings, capacity, true);
  }

  String yaml() {
    StringBuilder text = new StringBuilder();
    text.append("- name: ").append(name).append('\n');
    text.append("  provider: ").append(provider).append('\n');
    if (!capacity.isEmpty()) {
      text.append("  capacity:\n");
      new TreeMap<>(capacity)
          .forEach(
              (resource, amount) -> text.append("    %s: \"%s\"\n".formatted(resource, amount)));
    }
    if (apart) {
      text.append("  taints: [{key: outrigger.dev/apart, effect: NoSchedule}]\n");
    }
    text.append("  ").append(provider).append(":\n");
    settings.forEach(line -> text.append("    ").append(line).append('\n'));
    return text.toString();
  }
}
