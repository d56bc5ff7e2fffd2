package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.Expansion;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which part of a volume a mount shows. */
final class SubPath {

  private SubPath() {}

  /**
   * The path in the volume, with variables put in; empty for the whole.
   *
   * @param path of the mount in the Pod
   */
  static String of(String path, VolumeMount mount, ContainerWork container)
      throws ProviderException {
    String expression = mount.getSubPathExpr();
    if (expression == null || expression.isEmpty()) {
      return mount.getSubPath() == null ? "" : mount.getSubPath();
    }
    Map<String, SensitiveText> variables = new HashMap<>();
    container.env().stream()
        .filter(v -> !v.value().reveal().isEmpty())
        .forEach(v -> variables.put(v.name(), v.value()));
    Set<String> later =
        container.atStart().env().stream()
            .map(AtStart.Variable::name)
            .collect(Collectors.toUnmodifiableSet());
    if (!Expansion.expand(expression, variables, later).isKnown()) {
      throw new ProviderException.Unsupported(
          path + ".subPathExpr", "what comes from a file is not known yet when mounts are made");
    }
    List<String> missing = Expansion.unknown(expression, variables.keySet());
    if (!missing.isEmpty()) {
      throw new ProviderException.Invalid(
          path + ".subPathExpr", "missing value for \"" + String.join("\", \"", missing) + "\"");
    }
    SensitiveText expanded = Expansion.expand(expression, variables);
    if (expanded.isSensitive()) {
      throw new ProviderException.Unsupported(
          path + ".subPathExpr", "it would make a Secret's value the name of a file");
    }
    if (("/" + expanded.reveal() + "/").contains("/../") || expanded.reveal().startsWith("/")) {
      throw new ProviderException.Invalid(
          path + ".subPathExpr", "must be relative, without .., once variables are put in");
    }
    return expanded.reveal();
  }
}
