package dev.outrigger.testbed;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The control plane that the tests of one JVM share; it ends with the JVM. */
final class Cluster {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  /** Set in the JVMs that run tests, and not where a build merely looks for them. */
  static final String FOLDER = "outrigger.testbed.folder";

  private static @Nullable ControlPlane shared;

  static {
    // Tests ask with kubectl, a process each time that works longer than a default pause lasts.
    Awaitility.setDefaultPollInterval(Duration.ofMillis(400));
  }

  private Cluster() {}

  /**
   * The shared control plane, started by the first who asks. Nobody may close it or stop its API
   * server.
   */
  static synchronized ControlPlane shared() {
    if (shared == null) {
      Path folder = Path.of("target/testbed", System.getProperty(FOLDER, "shared"));
      Optional<AgentTrainer> trainer = AgentTrainer.claim();
      try {
        shared = ControlPlane.start(config(folder));
      } catch (TestbedException e) {
        trainer.ifPresent(AgentTrainer::close);
        throw e;
      }
      ControlPlane started = shared;
      trainer.ifPresent(it -> it.start(started, folder));
    }
    return shared;
  }

  /** A configuration for a control plane of one's own. */
  static ControlPlaneConfig config(Path folder) {
    return ControlPlaneConfig.fromEnvironment(folder, System.getenv(), System.out::println);
  }

  /** kubectl in a new namespace in which Pods can be created. */
  static Kubectl newNamespace(ControlPlane controlPlane) {
    String name = "test-" + ProcessHandle.current().pid() + "-" + NAMESPACES.incrementAndGet();
    Kubectl kubectl = controlPlane.kubectl().in(name);
    KubernetesClient client = Clients.of(kubectl);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    Awaitility.await("the ServiceAccount of " + name)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.serviceAccounts().inNamespace(name).withName("default").get() != null);
    return kubectl;
  }
}
