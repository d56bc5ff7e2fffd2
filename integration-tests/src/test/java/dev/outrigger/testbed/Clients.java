package dev.outrigger.testbed;

import dev.outrigger.agent.cli.KubeClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client for what only prepares a test or is asked again and again. What a user would type is
 * kubectl, each call of which costs a tenth of a second of processor.
 */
final class Clients {
  private static final Map<Path, KubernetesClient> CONNECTED = new ConcurrentHashMap<>();

  private Clients() {}

  /** With the rights that this kubectl has. It lives as long as the JVM: nobody may close it. */
  static KubernetesClient of(Kubectl kubectl) {
    return CONNECTED.computeIfAbsent(kubectl.kubeconfig(), Clients::connect);
  }

  private static KubernetesClient connect(Path kubeconfig) {
    try {
      return KubeClient.connect(Optional.of(kubeconfig));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
