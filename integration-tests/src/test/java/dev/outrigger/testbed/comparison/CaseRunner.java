package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.outrigger.agent.cli.KubeClient;
import dev.outrigger.testbed.CommandResult;
import dev.outrigger.testbed.Kubectl;
import dev.outrigger.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Runs cases on a cluster, each in a namespace of its own. What a user would type is kubectl; what
 * only sets a case up is not, since each call of kubectl costs a tenth of a second of processor.
 * Safe for concurrent use.
 */
public final class CaseRunner implements AutoCloseable {

  private static final Duration STEP_LIMIT = Duration.ofMinutes(2);

  /**
   * Events are written one after the other, as by a kubelet: those of all cases at once take time.
   */
  private static final Duration SETTLING_LIMIT = Duration.ofMinutes(2);

  private static final int MOST_COMMANDS = 4;

  private final Kubectl kubectl;
  private final KubernetesClient client;
  private final ClusterView view;
  private final Nodes nodes;
  private final Settling settling;

  /** kubectl takes some memory and much of a processor. */
  private final Semaphore commands = new Semaphore(MOST_COMMANDS);

  /** On a cluster that {@code view} watches. */
  public CaseRunner(Kubectl kubectl, ClusterView view, Nodes nodes, Settling settling) {
    this.kubectl = kubectl;
    this.client = connect(kubectl);
    this.view = view;
    this.nodes = nodes;
    this.settling = settling;
  }

  private static KubernetesClient connect(Kubectl kubectl) {
    try {
      return KubeClient.connect(Optional.of(kubectl.kubeconfig()));
    } catch (IOException e) {
      throw new TestbedException("cannot read " + kubectl.kubeconfig(), e);
    }
  }

  /** Makes the namespaces of cases that are to be run, all at once. */
  public void prepare(Collection<ComparedCase> cases) {
    String namespaces =
        cases.stream()
            .map(c -> "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(name(c)))
            .collect(Collectors.joining("---\n"));
    kubectl.create(namespaces);
  }

  /** Waits until no Pod of these cases is left, whose containers would outlive their node. */
  public void awaitGone(Collection<ComparedCase> cases) {
    for (ComparedCase each : cases) {
      NamespaceView seen = view.in(name(each));
      if (seen.await(
              () -> Optional.of(true).filter(t -> seen.pods().stream().allMatch(SeenPod::gone)),
              STEP_LIMIT)
          .isEmpty()) {
        throw new TestbedException("Pods are left of " + each.name() + "\n" + seen.describe());
      }
    }
  }

  private static String name(ComparedCase compared) {
    return "c-" + ProcessHandle.current().pid() + "-" + compared.name();
  }

  /**
   * Runs the steps of a prepared case, and removes its namespace in the end.
   *
   * @param instead the step that replaces a line of the steps
   * @throws TestbedException when a step fails, with what was seen of the Pods
   */
  public Outcome run(ComparedCase compared, Function<String, String> instead) {
    String namespace = name(compared);
    Kubectl own = kubectl.in(namespace).runIn(compared.folder());
    try {
      awaitPopulated(namespace);
      limited(() -> create(namespace, compared.manifest("pod.yaml", nodes)));
      Map<String, JsonNode> points = new LinkedHashMap<>();
      for (String line : compared.steps()) {
        step(compared, own, Step.parse(instead.apply(line)), points);
      }
      awaitQuiet(own, false);
      put(points, Outcome.EVENTS, compared, own, () -> events(own));
      return new Outcome(points);
    } catch (TestbedException e) {
      throw new TestbedException(e.getMessage() + "\n" + view.in(namespace).describe(), e);
    } finally {
      limited(() -> client.namespaces().withName(namespace).delete());
    }
  }

  private int create(String namespace, String manifests) {
    String[] objects = manifests.split("(?m)^---$");
    for (String manifest : objects) {
      GenericKubernetesResource object =
          Serialization.unmarshal(manifest, GenericKubernetesResource.class);
      try {
        client.resource(object).inNamespace(namespace).create();
      } catch (KubernetesClientException e) {
        throw new TestbedException("not accepted:\n" + manifest, e);
      }
    }
    return objects.length;
  }

  private void step(ComparedCase compared, Kubectl own, Step step, Map<String, JsonNode> points) {
    switch (step) {
      case Step.Apply apply -> limited(() -> own.apply(compared.manifest(apply.file(), nodes)));
      case Step.Run run -> run(own, run.arguments());
      case Step.Await await -> await(own.namespace(), await.condition());
      case Step.Snapshot snapshot -> {
        awaitQuiet(own, snapshot.atOnce());
        put(points, snapshot.name(), compared, own, () -> pods(own.namespace()));
      }
      case Step.Output output ->
          put(points, output.name(), compared, own, () -> output(own, output.arguments()));
      case Step.Nothing nothing -> {}
    }
  }

  private void awaitQuiet(Kubectl own, boolean atOnce) {
    view.in(own.namespace()).awaitQuiet(atOnce ? Duration.ZERO : settling.quiet());
  }

  /** What is seen once it has settled, or when it does not. */
  private void put(
      Map<String, JsonNode> points,
      String point,
      ComparedCase compared,
      Kubectl own,
      Supplier<JsonNode> look) {
    JsonNode seen =
        view.in(own.namespace())
            .await(
                () -> Optional.of(look.get()).filter(s -> settling.isSettled(compared, point, s)),
                SETTLING_LIMIT)
            .orElseGet(look);
    points.put(point, seen);
  }

  private void awaitPopulated(String namespace) {
    NamespaceView seen = view.in(namespace);
    if (seen.await(() -> Optional.of(true).filter(t -> seen.isPopulated()), STEP_LIMIT).isEmpty()) {
      throw new TestbedException("the controllers have not populated " + namespace);
    }
  }

  private void await(String namespace, List<String> condition) {
    if (view.in(namespace)
        .await(() -> Optional.of(true).filter(t -> holds(namespace, condition)), STEP_LIMIT)
        .isEmpty()) {
      throw new TestbedException(
          "never came within " + STEP_LIMIT + ": await " + String.join(" ", condition));
    }
  }

  private boolean holds(String namespace, List<String> condition) {
    return switch (condition.getFirst()) {
      case "event" ->
          view.in(namespace).events().stream()
              .anyMatch(e -> condition.get(1).equals(e.path("reason").asText()));
      case "gone" ->
          view.in(namespace).pods().stream()
              .filter(p -> condition.get(1).equals(p.name()))
              .reduce((first, last) -> last)
              .filter(SeenPod::gone)
              .isPresent();
      default -> {
        String[] sides = condition.getFirst().split("=", 2);
        String value = Normal.flat(pods(namespace)).getOrDefault(sides[0], "");
        yield Arrays.asList(sides[1].split("\\|")).contains(value);
      }
    };
  }

  private Normal normal(String namespace) {
    return new Normal(namespace, nodes, view.in(namespace).pods());
  }

  /** Read once: another Pod may come at any time. */
  private JsonNode pods(String namespace) {
    List<SeenPod> pods = view.in(namespace).pods();
    return new Normal(namespace, nodes, pods).pods(pods);
  }

  private JsonNode events(Kubectl own) {
    return array(normal(own.namespace()).events(view.in(own.namespace()).events()));
  }

  private JsonNode output(Kubectl own, List<String> arguments) {
    return array(normal(own.namespace()).output(run(own, arguments)));
  }

  private static ArrayNode array(Iterable<String> lines) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    lines.forEach(array::add);
    return array;
  }

  private String run(Kubectl own, List<String> arguments) {
    CommandResult result = limited(() -> own.run(arguments.toArray(String[]::new)));
    return result.orThrow();
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T limited(Supplier<T> command) {
    commands.acquireUninterruptibly();
    try {
      return command.get();
    } finally {
      commands.release();
    }
  }
}
