package dev.outrigger.agent.syntax;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Quantities of resources, as the API server reads them. */
public final class Amounts {

  private static final Pattern QUANTITY =
      Pattern.compile(
          "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?");

  /** Those that are counted: {@code IsIntegerResourceName}. */
  private static final Set<String> DIVISIBLE =
      Set.of("cpu", "memory", "ephemeral-storage", "storage");

  private Amounts() {}

  /** The amount; empty when it is none. */
  public static Optional<BigDecimal> parse(String amount) {
    return QUANTITY.matcher(amount).matches()
        ? Optional.of(new Quantity(amount).getNumericalAmount())
        : Optional.empty();
  }

  /** What is allowed of this resource; empty for a good amount. */
  public static Optional<String> problem(String resource, String amount) {
    Optional<BigDecimal> parsed = parse(amount);
    if (parsed.isEmpty()) {
      return Optional.of(
          "must be a Kubernetes quantity such as 16, 500m or 64Gi, not '" + amount + "'");
    }
    if (parsed.get().signum() < 0) {
      return Optional.of("must not be negative");
    }
    boolean counted = !DIVISIBLE.contains(resource) && !resource.startsWith("hugepages-");
    return counted && parsed.get().stripTrailingZeros().scale() > 0
        ? Optional.of("must be a whole number, not '" + amount + "'")
        : Optional.empty();
  }
}
