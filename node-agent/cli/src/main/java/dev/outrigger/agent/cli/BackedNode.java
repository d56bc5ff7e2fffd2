package dev.outrigger.agent.cli;

import dev.outrigger.agent.api.SteadyClock;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.agent.node.NodeHeartbeat;
import dev.outrigger.agent.node.NodeResources;
import dev.outrigger.agent.observe.EventRecorder;
import dev.outrigger.agent.pod.PodService;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Trait;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a node goes by its backend: Pods, Node and Lease. Opened, on a thread of its own, when
 * the backend has said what it can do and was asked what it has; until then no Pod is touched, and
 * a Node of a former run stays as it is.
 */
final class BackedNode {

  private static final Logger LOG = LoggerFactory.getLogger(BackedNode.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final VirtualNode.Shared shared;
  private final NodeConfig config;
  private final Provider provider;
  private final EventRecorder events;
  private final LatePods pods;
  private final int kubeletPort;
  private final Thread starter;
  private boolean closed; // guarded by this
  private @Nullable NodeHeartbeat heartbeat; // guarded by this
  private @Nullable PodService service; // guarded by this

  BackedNode(
      VirtualNode.Shared shared,
      NodeConfig config,
      Provider provider,
      EventRecorder events,
      LatePods pods,
      int kubeletPort) {
    this.shared = shared;
    this.config = config;
    this.provider = provider;
    this.events = events;
    this.pods = pods;
    this.kubeletPort = kubeletPort;
    this.starter = Thread.ofVirtual().name("node-start-" + config.name()).unstarted(this::run);
  }

  /** Returns at once. */
  void start() {
    starter.start();
  }

  private void run() {
    try {
      Capabilities capabilities = asked();
      open(capabilities, NodeResources.ask(config, capabilities, provider, new SteadyClock()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("node", config.name()).log("the node cannot be served");
    }
  }

  private Capabilities asked() throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    LogPace pace = new LogPace(shared.clock());
    while (true) {
      try {
        Capabilities capabilities = provider.askCapabilities();
        if (pace.over()) {
          LOG.atInfo().addKeyValue("node", config.name()).log("the backend answers; going on");
        }
        return capabilities;
      } catch (ProviderException e) {
        if (pace.isDue(String.valueOf(e.getMessage()))) {
          LOG.atWarn()
              .addKeyValue("node", config.name())
              .addKeyValue("reason", e.getMessage())
              .log("the node waits for its backend, which does not say what it can do");
        }
      }
      Thread.sleep(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  /** Nothing in here waits for anybody. */
  private synchronized void open(Capabilities capabilities, NodeResources resources) {
    if (closed) {
      return;
    }
    String address = shared.config().kubelet().address();
    NodeFacts facts =
        new NodeFacts(
            config.name(),
            address,
            NodeHeartbeat.labels(config, capabilities),
            capabilities.has(Trait.CLUSTER_NETWORK),
            resources::allocatable);
    service =
        new PodService(
            shared.client(),
            facts,
            provider,
            shared.configs(),
            shared.tokens(),
            events,
            shared.config().orphanGrace(),
            shared.clock());
    heartbeat =
        new NodeHeartbeat(
            shared.client(),
            config,
            capabilities,
            resources,
            address,
            kubeletPort,
            Version.kubelet(),
            shared.clock());
    pods.open(service);
    heartbeat.start();
    service.start();
  }

  /**
   * Stops acting. Workloads go on.
   *
   * @param followed whether another agent takes the node over at once, and finds it ready; else it
   *     is told not to be, before anything else, so that nothing more is sent here
   * @throws IllegalStateException if something may still act
   */
  void stop(boolean followed) {
    starter.interrupt();
    NodeHeartbeat beating;
    PodService serving;
    synchronized (this) {
      closed = true;
      beating = heartbeat;
      serving = service;
    }
    boolean silent = beating == null || beating.stop();
    if (beating != null && !followed) {
      beating.tellNotReady();
    }
    if (serving != null) {
      serving.close();
    } else {
      provider.close();
    }
    if (!silent) {
      throw new IllegalStateException("the heartbeat of " + config.name() + " did not end");
    }
  }

  /** After {@link #stop}, when nobody follows after all. */
  synchronized void tellNotReady() {
    if (heartbeat != null) {
      heartbeat.tellNotReady();
    }
  }
}
