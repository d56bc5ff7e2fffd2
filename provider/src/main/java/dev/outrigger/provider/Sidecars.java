package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Restartable init containers (KEP-753): init containers with {@code restartPolicy: Always}.
 *
 * <p>What a provider with {@link Trait#SIDECARS} does:
 *
 * <ul>
 *   <li>Init containers and sidecars start in the order of the Pod. What follows a sidecar starts
 *       when the sidecar runs, what follows another init container when that has succeeded; main
 *       containers follow all of them. With {@link Trait#CONTAINER_RESTARTS}, what follows a
 *       sidecar that has a {@code startupProbe} or a {@code postStart} hook starts when the agent
 *       says that the sidecar has started ({@link Provider#containerStarted}).
 *   <li>A sidecar that ends while the attempt lives is started again by itself, whatever its exit
 *       code and the Pod's {@code restartPolicy}, at the backend's own pace. It is {@link
 *       ContainerState.Waiting} meanwhile, with the reason {@code CrashLoopBackOff} where there is
 *       a back-off, and {@link ContainerObservation#restarts} and {@link ContainerObservation#last}
 *       tell of the runs before. It is {@link ContainerState.Terminated} only when it will not be
 *       started again in this attempt.
 *   <li>Main containers never wait for a sidecar's end. Once they have all ended, or can never
 *       start, the agent asks for the sidecars' end by {@link Provider#delete}; a backend may end
 *       them by itself before.
 *   <li>A stop ends main containers first and then sidecars, the last of the Pod's order first,
 *       each when what comes before has ended or the grace is over.
 *   <li>The log of a sidecar is one log of all its runs in the attempt.
 * </ul>
 */
public final class Sidecars {

  private Sidecars() {}

  /** Whether this init container is one. */
  public static boolean is(Container initContainer) {
    return "Always".equals(initContainer.getRestartPolicy());
  }

  /** Whether what follows this init container waits to be told that it has started. */
  public static boolean isAwaited(Container initContainer) {
    return is(initContainer)
        && (initContainer.getStartupProbe() != null
            || (initContainer.getLifecycle() != null
                && initContainer.getLifecycle().getPostStart() != null));
  }

  /** Their names, in the Pod's order. */
  public static Set<String> names(PodSpec spec) {
    Set<String> names = new LinkedHashSet<>();
    initContainers(spec).stream().filter(Sidecars::is).map(Container::getName).forEach(names::add);
    return names;
  }

  /**
   * Refuses a Pod with sidecars: for a provider that has none.
   *
   * @throws ProviderException.Unsupported naming the first one's restartPolicy
   */
  public static void refuse(PodSpec spec) throws ProviderException.Unsupported {
    List<Container> all = initContainers(spec);
    for (int i = 0; i < all.size(); i++) {
      if (is(all.get(i))) {
        throw new ProviderException.Unsupported(
            "spec.initContainers[%d].restartPolicy".formatted(i),
            "this backend starts no container again beside others; make it an ordinary container");
      }
    }
  }

  private static List<Container> initContainers(PodSpec spec) {
    return Optional.ofNullable(spec.getInitContainers()).orElse(List.of());
  }
}
