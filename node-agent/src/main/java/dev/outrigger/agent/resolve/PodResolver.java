package dev.outrigger.agent.resolve;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a Pod into {@link PodWork}: every reference followed, so that adapters need no cluster. */
public final class PodResolver {

  /** The API server's Service, in the namespace default. */
  private static final String API_SERVER = "kubernetes";

  private final ConfigSource source;
  private final Optional<TokenSource> tokens;
  private final NodeFacts node;

  /** For a backend that takes no tokens. */
  public PodResolver(ConfigSource source, NodeFacts node) {
    this(source, Optional.empty(), node);
  }

  /**
   * @param tokens for the files of projected volumes; without, such volumes are left out
   */
  public PodResolver(ConfigSource source, Optional<TokenSource> tokens, NodeFacts node) {
    this.source = source;
    this.tokens = tokens;
    this.node = node;
  }

  /**
   * The Pod resolved. Blocks while ConfigMaps, Secrets and tokens are read.
   *
   * @throws UnresolvedException when a mandatory reference leads nowhere (yet)
   * @throws ProviderException.Invalid or Unsupported, when a reference can never be followed
   */
  public PodWork resolve(Pod pod, int attempt) throws UnresolvedException, ProviderException {
    var metadata = pod.getMetadata();
    PodKey key = new PodKey(metadata.getUid(), metadata.getNamespace(), metadata.getName());
    DownwardApi downward = new DownwardApi(pod, node);
    EnvResolver env =
        new EnvResolver(source, key.namespace(), downward, ServiceLinks.of(services(pod)));
    return new PodWork(
        new PodAttempt(key, attempt),
        pod,
        containers("spec.initContainers", pod.getSpec().getInitContainers(), env),
        containers("spec.containers", pod.getSpec().getContainers(), env),
        new VolumeResolver(source, tokens, downward, pod).resolve());
  }

  /**
   * The volumes of the Pod, as {@link #resolve}.
   *
   * @throws UnresolvedException when a mandatory reference leads nowhere (any more)
   */
  public List<ResolvedVolume> volumes(Pod pod) throws UnresolvedException, ProviderException {
    return new VolumeResolver(source, tokens, new DownwardApi(pod, node), pod).resolve();
  }

  /** The API server's own, always; those of the Pod's namespace, unless it wants none. */
  private List<Service> services(Pod pod) {
    if (!node.clusterNetwork()) {
      return List.of();
    }
    Map<String, Service> byName = new TreeMap<>();
    if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
      source
          .services(pod.getMetadata().getNamespace())
          .forEach(s -> byName.put(s.getMetadata().getName(), s));
    }
    source.services("default").stream()
        .filter(s -> API_SERVER.equals(s.getMetadata().getName()))
        .forEach(s -> byName.put(API_SERVER, s));
    return List.copyOf(byName.values());
  }

  private static List<ContainerWork> containers(
      String path, @Nullable List<Container> containers, EnvResolver resolver)
      throws UnresolvedException, ProviderException {
    List<ContainerWork> resolved = new ArrayList<>();
    for (int i = 0; containers != null && i < containers.size(); i++) {
      Container container = containers.get(i);
      try {
        resolved.add(container(path + "[" + i + "]", container, resolver));
      } catch (UnresolvedException e) {
        throw e.inContainer("%s{%s}".formatted(path, container.getName()));
      }
    }
    return resolved;
  }

  private static ContainerWork container(String path, Container container, EnvResolver resolver)
      throws UnresolvedException, ProviderException {
    Environment env = resolver.resolve(path, container);
    Map<Integer, AtStart.Text> atStart = new HashMap<>();
    List<String> command = expand(path + ".command", container.getCommand(), env, 0, atStart);
    List<String> args = expand(path + ".args", container.getArgs(), env, command.size(), atStart);
    return new ContainerWork(
        container.getName(),
        container.getImage() == null ? "" : container.getImage(),
        command,
        args,
        Optional.ofNullable(container.getWorkingDir()).filter(d -> !d.isEmpty()),
        env.known(),
        new AtStart(env.atStart(), atStart));
  }

  /**
   * @param first the index of the first word
   * @param atStart gets the words that are not known yet, by their indices
   */
  private static List<String> expand(
      String path,
      @Nullable List<String> words,
      Environment env,
      int first,
      Map<Integer, AtStart.Text> atStart)
      throws ProviderException {
    List<String> expanded = new ArrayList<>();
    for (int i = 0; words != null && i < words.size(); i++) {
      AtStart.Text word = env.expand(words.get(i));
      if (word.isSensitive()) {
        throw new ProviderException.Unsupported(
            path + "[" + i + "]",
            "it would show a Secret's value to the backend; read the environment variable inside"
                + " the container instead");
      }
      if (!word.isKnown()) {
        atStart.put(first + i, word);
      }
      expanded.add(word.reveal());
    }
    return expanded;
  }
}
