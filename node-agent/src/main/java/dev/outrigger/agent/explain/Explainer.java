package dev.outrigger.agent.explain;

import dev.outrigger.agent.pod.Replacement;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.TokenSource;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.fields.FieldRow;
import dev.outrigger.provider.fields.FieldTable;
import dev.outrigger.provider.fields.FieldTable.Finding;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Explains Pods for one node, without a cluster and without calling the backend. */
public final class Explainer {

  private final String node;
  private final String providerName;
  private final Optional<FieldTable> table;
  private final Set<Trait> traits;
  private final Optional<Provider> provider;
  private final Optional<Placement> placement;

  /**
   * @param node the node's name, or what stands for one
   * @param table the provider's fields, if it has a table
   * @param traits what is so of every node of this provider
   * @param provider made with the node's settings; empty when there are none, and then only the
   *     table and the traits are asked
   * @param placement what decides whether a Pod comes to the node, if that is known
   */
  public Explainer(
      String node,
      String providerName,
      Optional<FieldTable> table,
      Set<Trait> traits,
      Optional<Provider> provider,
      Optional<Placement> placement) {
    this.node = node;
    this.providerName = providerName;
    this.table = table;
    this.traits = Set.copyOf(traits);
    this.provider = provider;
    this.placement = placement;
  }

  public Explanation explain(PodManifest manifest) {
    Pod pod = manifest.pod();
    List<Finding> fields = table.map(t -> t.explain(pod)).orElse(List.of());
    Refusals refusals = new Refusals(manifest::pathInSource);
    Optional<String> trouble = Optional.empty();
    Map<String, String> shape = Map.of();
    fields.stream()
        .filter(f -> f.verdict() == FieldRow.Verdict.REFUSED)
        .forEach(f -> refusals.unsupported(f.path(), f.note()));
    try {
      if (isOneShot()) {
        refusals.of(() -> Replacement.refuseOnSingleRuns(pod));
      }
      shape = refusals.from(() -> shape(pod)).orElse(Map.of());
    } catch (ProviderException e) {
      trouble = Optional.ofNullable(e.getMessage());
    }
    Optional<String> refusal = refusals.refusal().map(Throwable::getMessage);
    return new Explanation(
        manifest.source(),
        node,
        providerName,
        fields.stream()
            .map(f -> new Finding(manifest.pathInSource(f.path()), f.verdict(), f.note()))
            .toList(),
        refusal.isPresent() ? refusal : trouble,
        placement.flatMap(p -> p.obstacle(pod)),
        shape);
  }

  private boolean isOneShot() {
    return traits.contains(Trait.ONE_SHOT)
        || provider.filter(p -> p.capabilities().has(Trait.ONE_SHOT)).isPresent();
  }

  /** What would be made of the Pod, if the node's settings are known. */
  private Map<String, String> shape(Pod pod) throws ProviderException {
    if (provider.isEmpty()) {
      return Map.of();
    }
    try {
      PodWork work =
          new PodResolver(
                  new AnyConfig(),
                  tokens(provider.get()),
                  new NodeFacts(node, "0.0.0.0", Map.of(), false, anyAmount()))
              .resolve(pod, 0);
      return provider.get().shape(work);
    } catch (UnresolvedException e) {
      throw new ProviderException.NotFound(String.valueOf(e.getMessage()));
    }
  }

  /** As the agent would have them for this backend. */
  private static Optional<TokenSource> tokens(Provider provider) {
    return provider.capabilities().has(Trait.LIVE_VOLUMES)
        ? Optional.of(order -> SensitiveText.sensitive("a-token"))
        : Optional.empty();
  }

  /** What {@code resourceFieldRef} falls back to: only that it resolves matters here. */
  private static Map<String, BigDecimal> anyAmount() {
    return Map.of(
        "cpu", BigDecimal.ONE, "memory", BigDecimal.TWO, "ephemeral-storage", BigDecimal.TWO);
  }
}
