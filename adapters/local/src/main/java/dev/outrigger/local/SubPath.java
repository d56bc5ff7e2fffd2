package dev.outrigger.local;

import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.Expansion;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which part of a volume a mount shows. */
final class SubPath {

  private SubPath() {}

  /**
   * The path in the volume, with variables put in; empty for the whole.
   *
   * @param path of the mount in the Pod
   */
  static String of(String path, VolumeMount mount, List<EnvVariable> env) throws ProviderException {
    String expression = mount.getSubPathExpr();
    if (expression == null || expression.isEmpty()) {
      return mount.getSubPath() == null ? "" : mount.getSubPath();
    }
    Map<String, SensitiveText> variables = new HashMap<>();
    env.stream()
        .filter(v -> !v.value().reveal().isEmpty())
        .forEach(v -> variables.put(v.name(), v.value()));
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
