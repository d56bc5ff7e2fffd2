package dev.outrigger.agent.node;

import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has, and what its backend said last of that. Of each resource, what the configuration
 * says stands; else what the backend says now, else what it can do as a rule. Safe for concurrent
 * use.
 */
public final class NodeResources {

  private static final Logger LOG = LoggerFactory.getLogger(NodeResources.class);

  /** The kubelet's nodeStatusMaxImages and MaxNamesPerImageInNodeStatus. */
  private static final int MOST_IMAGES = 50;

  private static final int MOST_NAMES = 5;

  private static final Map<String, String> DEFAULT =
      Map.of("cpu", "1000", "memory", "4Ti", "pods", "1000");

  private final NodeConfig config;
  private final Capabilities capabilities;
  private final Optional<NodeStateSource> source;
  private final BackendOutage outage;
  private NodeState state = NodeState.UNKNOWN;
  private volatile Now now;

  /**
   * What the node's status says of it.
   *
   * @param amounts both capacity and allocatable: nothing is kept for the system
   * @param outage why nothing can be run, if the backend has given no answer for some time
   */
  record Now(Map<String, Quantity> amounts, List<ContainerImage> images, Optional<String> outage) {

    Now {
      amounts = Map.copyOf(amounts);
      images = List.copyOf(images);
    }
  }

  /**
   * Asks the backend first, for some seconds at most: no node is to be registered, and no Pod
   * admitted, by amounts that nobody asked for. If it answers with an error, what it can do as a
   * rule stands.
   *
   * @param steady does not jump
   * @throws IllegalArgumentException when an amount in the capabilities is none
   */
  public static NodeResources ask(
      NodeConfig config, Capabilities capabilities, Provider provider, Clock steady) {
    NodeResources resources = new NodeResources(config, capabilities, provider.nodeState(), steady);
    resources.refresh();
    return resources;
  }

  NodeResources(
      NodeConfig config,
      Capabilities capabilities,
      Optional<NodeStateSource> source,
      Clock steady) {
    this.config = config;
    this.capabilities = capabilities;
    this.source = source;
    this.outage = new BackendOutage(steady);
    this.now = now(state);
  }

  /**
   * Asks the backend, for some seconds at most; without an answer, what was known stands. Called by
   * one thread at a time.
   */
  void refresh() {
    if (source.isEmpty()) {
      return;
    }
    try {
      NodeState told = source.get().state();
      outage.answered();
      now = now(told);
      state = told;
    } catch (ProviderException.Unavailable e) {
      outage.silent(String.valueOf(e.getMessage()));
      now = now(state);
      untold(e);
    } catch (ProviderException | IllegalArgumentException e) {
      outage.answered();
      now = now(state);
      untold(e);
    }
  }

  private void untold(Exception reason) {
    LOG.atDebug()
        .addKeyValue("node", config.name())
        .addKeyValue("reason", reason.getMessage())
        .log("the backend does not tell its state");
  }

  Now now() {
    return now;
  }

  /** What Pods may have, in base units. */
  public Map<String, BigDecimal> allocatable() {
    Map<String, BigDecimal> amounts = new TreeMap<>();
    now.amounts.forEach((name, quantity) -> amounts.put(name, quantity.getNumericalAmount()));
    return amounts;
  }

  private Now now(NodeState state) {
    Map<String, String> amounts = new TreeMap<>(DEFAULT);
    amounts.putAll(capabilities.capacity());
    amounts.putAll(state.allocatable());
    amounts.putAll(config.capacity());
    Map<String, Quantity> quantities = new TreeMap<>();
    amounts.forEach((name, amount) -> quantities.put(name, quantity(amount)));
    return new Now(quantities, images(state), outage.now());
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  private static Quantity quantity(String amount) {
    Quantity quantity = new Quantity(amount);
    if (quantity.getNumericalAmount().signum() < 0) {
      throw new IllegalArgumentException("a negative amount: " + amount);
    }
    return quantity;
  }

  /** The largest first, as the kubelet's; in the same order whenever they are the same. */
  private static List<ContainerImage> images(NodeState state) {
    return state.images().stream()
        .sorted(
            Comparator.comparingLong((NodeState.Image i) -> i.sizeBytes().orElse(0))
                .reversed()
                .thenComparing(i -> i.names().getFirst()))
        .limit(MOST_IMAGES)
        .map(NodeResources::image)
        .toList();
  }

  private static ContainerImage image(NodeState.Image image) {
    ContainerImage reported = new ContainerImage();
    reported.setNames(image.names().stream().limit(MOST_NAMES).toList());
    image.sizeBytes().ifPresent(reported::setSizeBytes);
    return reported;
  }
}
