package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.AgentConfig;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.kubelet.Authenticator;
import dev.outrigger.agent.kubelet.Authorizer;
import dev.outrigger.agent.kubelet.KubeletServer;
import dev.outrigger.agent.kubelet.KubeletServerConfig;
import dev.outrigger.agent.kubelet.KubeletThreads;
import dev.outrigger.agent.kubelet.ServerLimits;
import dev.outrigger.agent.observe.AgentMetrics;
import dev.outrigger.agent.observe.EventRecorder;
import dev.outrigger.agent.resolve.ConfigSource;
import dev.outrigger.agent.resolve.TokenSource;
import dev.outrigger.agent.tls.AuthoritySource;
import dev.outrigger.agent.tls.ServingSource;
import dev.outrigger.provider.Provider;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * One virtual node, put together: the kubelet API, which listens at once, and what waits for the
 * backend.
 */
final class VirtualNode implements AutoCloseable {

  /** What all nodes of the process share. */
  record Shared(
      AgentConfig config,
      KubernetesClient client,
      AuthoritySource clientAuthorities,
      ConfigSource configs,
      TokenSource tokens,
      Authenticator authenticator,
      Authorizer authorizer,
      KubeletThreads threads,
      AgentMetrics metrics,
      Clock clock) {}

  private final EventRecorder events;
  private final BackedNode node;
  private final KubeletServer server;
  private final List<AutoCloseable> certificates;

  private VirtualNode(
      EventRecorder events,
      BackedNode node,
      KubeletServer server,
      List<AutoCloseable> certificates) {
    this.events = events;
    this.node = node;
    this.server = server;
    this.certificates = certificates;
  }

  static VirtualNode start(Shared shared, NodeConfig config, Provider provider, int index)
      throws IOException {
    var kubelet = shared.config.kubelet();
    EventRecorder events = new EventRecorder(shared.client, config.name(), shared.clock);
    LatePods pods = new LatePods();
    shared.metrics.node(config.name(), pods);
    List<AutoCloseable> certificates = new ArrayList<>();
    ServingSource serving =
        Certificates.serving(
            kubelet, config.name(), shared.client, events.ofNode(), shared.clock, certificates);
    shared.metrics.certificate(config.name(), serving);
    KubeletServer server = serve(shared, config, pods, serving, index);
    BackedNode node = new BackedNode(shared, config, provider, events, pods, server.port());
    node.start();
    return new VirtualNode(events, node, server, certificates);
  }

  private static KubeletServer serve(
      Shared shared, NodeConfig config, LatePods pods, ServingSource serving, int index)
      throws IOException {
    var kubelet = shared.config.kubelet();
    int port = kubelet.port() == 0 ? 0 : kubelet.port() + index;
    return KubeletServer.start(
        new KubeletServerConfig(
            config.name(),
            config.provider(),
            new InetSocketAddress(kubelet.address(), port),
            serving,
            shared.clientAuthorities,
            shared.metrics::text,
            pods::isServing,
            ServerLimits.defaults(),
            shared.threads,
            shared.clock),
        pods,
        shared.authenticator,
        shared.authorizer);
  }

  /** The end of an agent that no other follows. */
  @Override
  public void close() throws Exception {
    stop(false);
  }

  /**
   * Stops. Workloads go on.
   *
   * @param followed see {@link BackedNode#stop}
   * @throws IllegalStateException if something may still act
   */
  void stop(boolean followed) throws Exception {
    try {
      node.stop(followed);
    } finally {
      server.close();
      for (AutoCloseable part : certificates) {
        part.close();
      }
      events.close();
    }
  }

  /** After {@link #stop}, when nobody follows after all. */
  void tellNotReady() {
    node.tellNotReady();
  }
}
