package dev.outrigger.provider.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Pods with single fields set, for tests of a field table's rows. */
public final class RowPods {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RowPods() {}

  /**
   * The Pod with these fields set.
   *
   * @param settings each {@code <path> = <JSON>}, with indices in the path: {@code
   *     spec.containers[0].workingDir = "/w"}. What is missing on the way is made.
   */
  public static Pod with(Pod pod, String... settings) {
    try {
      ObjectNode tree = JSON.valueToTree(pod);
      for (String setting : settings) {
        String[] parts = setting.split(" = ", 2);
        set(tree, parts[0], JSON.readTree(parts[1]));
      }
      return JSON.convertValue(tree, Pod.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(String.join(", ", settings), e);
    }
  }

  private static void set(ObjectNode tree, String path, JsonNode value) {
    List<String> steps = List.of(path.replaceAll("\\[(\\d+)]", ".#$1").split("\\."));
    ContainerNode<?> at = tree;
    for (int i = 0; i < steps.size() - 1; i++) {
      boolean list = steps.get(i + 1).startsWith("#");
      JsonNode next = get(at, steps.get(i));
      if (next == null || !next.isContainerNode()) {
        next = list ? JSON.createArrayNode() : JSON.createObjectNode();
        put(at, steps.get(i), next);
      }
      at = (ContainerNode<?>) next;
    }
    put(at, steps.getLast(), value);
  }

  private static JsonNode get(ContainerNode<?> at, String step) {
    return step.startsWith("#") ? at.get(Integer.parseInt(step.substring(1))) : at.get(step);
  }

  private static void put(ContainerNode<?> at, String step, JsonNode value) {
    switch (at) {
      case ObjectNode object -> object.set(step, value);
      case ArrayNode array -> {
        int index = Integer.parseInt(step.substring(1));
        if (index < array.size()) {
          array.set(index, value);
        } else {
          array.add(value);
        }
      }
      default -> throw new IllegalArgumentException(step);
    }
  }

  /** As the agent resolves a Pod that refers to nothing. */
  public static PodWork work(Pod pod, ResolvedVolume... volumes) {
    return new PodWork(
        PodWorks.newAttempt("row"),
        pod,
        pod.getSpec().getInitContainers().stream().map(RowPods::container).toList(),
        pod.getSpec().getContainers().stream().map(RowPods::container).toList(),
        List.of(volumes));
  }

  private static ContainerWork container(Container container) {
    return new ContainerWork(
        container.getName(),
        container.getImage(),
        container.getCommand(),
        container.getArgs(),
        Optional.ofNullable(container.getWorkingDir()),
        container.getEnv().stream()
            .map(e -> new EnvVariable(e.getName(), SensitiveText.plain(e.getValue())))
            .toList());
  }
}
