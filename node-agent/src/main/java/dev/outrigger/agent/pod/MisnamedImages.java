package dev.outrigger.agent.pod;

import dev.outrigger.provider.ImageName;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The containers of a Pod whose images nobody can pull, once a provider has found one. Pure. */
final class MisnamedImages {

  private MisnamedImages() {}

  /** Why, by container. */
  static Map<String, String> of(Pod pod, ProviderException.InvalidImage found) {
    Map<String, String> reasons = new LinkedHashMap<>();
    add("spec.initContainers", pod.getSpec().getInitContainers(), found, reasons);
    add("spec.containers", pod.getSpec().getContainers(), found, reasons);
    return reasons;
  }

  private static void add(
      String path,
      List<Container> containers,
      ProviderException.InvalidImage found,
      Map<String, String> reasons) {
    for (int i = 0; i < containers.size(); i++) {
      Container container = containers.get(i);
      String image = Objects.requireNonNullElse(container.getImage(), "");
      Optional<String> why =
          found.path().equals(path + "[" + i + "].image")
              ? Optional.of(found.reason())
              : ImageName.problem(image);
      why.ifPresent(w -> reasons.put(container.getName(), w));
    }
  }
}
