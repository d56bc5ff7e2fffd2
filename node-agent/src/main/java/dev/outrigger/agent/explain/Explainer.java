package dev.outrigger.agent.explain;

import dev.outrigger.agent.pod.Replacement;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.TokenSource;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.fields.FieldTable;
import dev.outrigger.provider.fields.FieldTable.Finding;
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
    List<Finding> fields =
        table.map(t -> t.explain(manifest.pod().getSpec())).orElse(List.of()).stream()
            .map(f -> new Finding(manifest.pathInSource(f.path()), f.verdict(), f.note()))
            .toList();
    Optional<String> refusal = FieldTable.refusal(fields).map(Throwable::getMessage);
    if (refusal.isPresent()) {
      return explanation(manifest, fields, refusal, Map.of());
    }
    try {
      boolean oneShot =
          traits.contains(Trait.ONE_SHOT)
              || provider.filter(p -> p.capabilities().has(Trait.ONE_SHOT)).isPresent();
      if (oneShot) {
        Replacement.refuseOnSingleRuns(manifest.pod());
      }
      if (provider.isEmpty()) {
        return explanation(manifest, fields, Optional.empty(), Map.of());
      }
      PodWork work =
          new PodResolver(
                  new AnyConfig(),
                  tokens(provider.get()),
                  new NodeFacts(node, "0.0.0.0", Map.of(), false, anyAmount()))
              .resolve(manifest.pod(), 0);
      return explanation(manifest, fields, Optional.empty(), provider.get().shape(work));
    } catch (ProviderException | UnresolvedException e) {
      return explanation(manifest, fields, Optional.of(why(manifest, e)), Map.of());
    }
  }

  /** As the agent would have them for this backend. */
  private static Optional<TokenSource> tokens(Provider provider) {
    return provider.capabilities().has(Trait.LIVE_VOLUMES)
        ? Optional.of(order -> SensitiveText.sensitive("a-token"))
        : Optional.empty();
  }

  /** The message, with the field's path as it stands in the manifest. */
  private static String why(PodManifest manifest, Exception problem) {
    String message = String.valueOf(problem.getMessage());
    return message.startsWith("spec.") || message.startsWith("metadata.")
        ? manifest.pathInSource(message)
        : message;
  }

  private Explanation explanation(
      PodManifest manifest,
      List<Finding> fields,
      Optional<String> refusal,
      Map<String, String> shape) {
    Optional<String> obstacle = placement.flatMap(p -> p.obstacle(manifest.pod()));
    return new Explanation(manifest.source(), node, providerName, fields, refusal, obstacle, shape);
  }

  /** What {@code resourceFieldRef} falls back to: only that it resolves matters here. */
  private static Map<String, BigDecimal> anyAmount() {
    return Map.of(
        "cpu", BigDecimal.ONE, "memory", BigDecimal.TWO, "ephemeral-storage", BigDecimal.TWO);
  }
}
