package dev.outrigger.lambda;

import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where a variable of the only container stands in its Pod.
 *
 * @param path of the entry of {@code env}, or of {@code envFrom}
 * @param what the variable by its name, or the key of the ConfigMap or Secret that it comes from
 */
record VariableOrigin(String path, String what) {

  private static final String C = "spec.containers[0]";

  static VariableOrigin of(PodWork work, EnvVariable variable) {
    var container = work.pod().getSpec().getContainers().getFirst();
    List<EnvVar> env = Objects.requireNonNullElse(container.getEnv(), List.of());
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).getName().equals(variable.name())) {
        return new VariableOrigin(C + ".env[" + i + "]", variable.name());
      }
    }
    return ofSource(Objects.requireNonNullElse(container.getEnvFrom(), List.of()), variable);
  }

  /** The path down to the reference to the Secret, where the variable's entry is one itself. */
  String secretPath(PodWork work) {
    List<EnvVar> env =
        Objects.requireNonNullElse(
            work.pod().getSpec().getContainers().getFirst().getEnv(), List.of());
    boolean refers =
        env.stream()
            .filter(e -> e.getName().equals(what) && e.getValueFrom() != null)
            .anyMatch(e -> e.getValueFrom().getSecretKeyRef() != null);
    return refers ? path + ".valueFrom.secretKeyRef" : path;
  }

  /** What is in the maps is not known here: each that may have the key is named. */
  private static VariableOrigin ofSource(List<EnvFromSource> sources, EnvVariable variable) {
    List<Integer> found = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      EnvFromSource source = sources.get(i);
      String prefix = Objects.requireNonNullElse(source.getPrefix(), "");
      boolean isSecret = source.getSecretRef() != null;
      if (variable.name().startsWith(prefix) && isSecret == variable.value().isSensitive()) {
        found.add(i);
        keys.add(
            "the key %s of %s"
                .formatted(
                    variable.name().substring(prefix.length()),
                    isSecret
                        ? "Secret " + source.getSecretRef().getName()
                        : "ConfigMap " + source.getConfigMapRef().getName()));
      }
    }
    String index = found.size() == 1 ? "[" + found.getFirst() + "]" : "";
    return new VariableOrigin(
        C + ".envFrom" + index, keys.isEmpty() ? variable.name() : String.join(", or ", keys));
  }
}
