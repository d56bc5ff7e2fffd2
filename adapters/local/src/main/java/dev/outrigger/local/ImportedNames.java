package dev.outrigger.local;

import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.Refusals;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tells which keys of which ConfigMaps and Secrets cannot be variables. Never a value. */
final class ImportedNames {

  private static final int MOST_TOLD = 5;

  private static final String WHY =
      " here: a shell passes on names of letters, digits and underscores that are not its own; use"
          + " env with valueFrom";

  /**
   * Where a variable comes from.
   *
   * @param object the ConfigMap or Secret, or those that it may be; empty if there is none
   */
  private record Origin(String path, String object) {}

  private final String path;
  private final List<EnvFromSource> sources;
  private final Map<Origin, SortedSet<String>> keys = new LinkedHashMap<>();

  /**
   * @param container its path in the Pod
   */
  ImportedNames(String container, List<EnvFromSource> sources) {
    this.path = container + ".envFrom";
    this.sources = sources;
  }

  /** Notes a variable that is none of the container's own. */
  void add(EnvVariable variable) {
    List<Integer> from =
        IntStream.range(0, sources.size())
            .filter(i -> mayBeOf(sources.get(i), variable))
            .boxed()
            .toList();
    boolean known = from.size() == 1;
    String at = known ? path + "[" + from.getFirst() + "]" : path;
    String key =
        known
            ? variable.name().substring(prefix(sources.get(from.getFirst())).length())
            : variable.name();
    String objects =
        from.stream()
            .map(i -> object(sources.get(i)))
            .distinct()
            .collect(Collectors.joining(" or "));
    keys.computeIfAbsent(new Origin(at, objects), origin -> new TreeSet<>()).add(key);
  }

  void refuse(Refusals refusals) {
    keys.forEach(
        (origin, names) ->
            refusals.unsupported(
                origin.path(),
                "the %s%s cannot be %s"
                    .formatted(
                        told(names),
                        origin.object().isEmpty() ? "" : " of " + origin.object(),
                        (names.size() == 1 ? "a variable" : "variables") + WHY)));
  }

  private static String told(SortedSet<String> names) {
    List<String> words =
        new ArrayList<>(names.stream().limit(MOST_TOLD).map(name -> "'" + name + "'").toList());
    if (names.size() > MOST_TOLD) {
      words.add((names.size() - MOST_TOLD) + " more");
    }
    String last = words.removeLast();
    return words.isEmpty() ? "key " + last : "keys " + String.join(", ", words) + " and " + last;
  }

  private static boolean mayBeOf(EnvFromSource source, EnvVariable variable) {
    boolean kind =
        variable.value().isSensitive()
            ? source.getSecretRef() != null
            : source.getConfigMapRef() != null;
    return kind && variable.name().startsWith(prefix(source));
  }

  private static String prefix(EnvFromSource source) {
    return source.getPrefix() == null ? "" : source.getPrefix();
  }

  private static String object(EnvFromSource source) {
    return source.getSecretRef() != null
        ? "Secret '" + source.getSecretRef().getName() + "'"
        : "ConfigMap '" + source.getConfigMapRef().getName() + "'";
  }
}
