package dev.outrigger.agent.node;

import dev.outrigger.agent.api.ApiTrouble;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Capabilities;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One virtual node's life in the API server: registered, its Lease renewed every 10 s, its status
 * every 5 min and when what it has was changed, created again when deleted, marked not ready at the
 * end.
 */
public final class NodeHeartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(NodeHeartbeat.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String name;
  private final KubernetesClient client;
  private final NodeResources resources;
  private final NodeRegistration registration;
  private final NodeLease lease;
  private final SharedIndexInformer<Node> watch;
  private final Thread thread;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean stopped;
  private volatile boolean registered;
  private volatile boolean deleted = true;
  private volatile String uid = "";

  /** What keeps the API server from being told; empty while it is. Of the heartbeat's thread. */
  private String trouble = "";

  /**
   * Starts the heartbeat, which registers the node as soon as the API server answers.
   *
   * @param version of the agent, the node's {@code kubeletVersion}
   */
  public NodeHeartbeat(
      KubernetesClient client,
      NodeConfig config,
      Capabilities capabilities,
      NodeResources resources,
      String address,
      int kubeletPort,
      String version,
      Clock clock) {
    this.name = config.name();
    this.client = client;
    NodeObject wanted =
        new NodeObject(config, capabilities, address, kubeletPort, version, clock.instant());
    this.resources = resources;
    this.registration = new NodeRegistration(client, wanted, resources, clock);
    this.lease = new NodeLease(client, name, clock);
    this.watch = client.nodes().withName(name).runnableInformer(0);
    this.thread = Thread.ofVirtual().name("heartbeat-" + name).unstarted(this::run);
  }

  /** The labels that the agent gives the node. */
  public static Map<String, String> labels(NodeConfig config, Capabilities capabilities) {
    return NodeObject.labels(config, capabilities);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean watching = false;
      do {
        boolean told = beat();
        if (told && !watching && !stopped) {
          watch();
          watching = true;
        }
        Duration pause = told && !deleted ? NodeLease.RENEW_EVERY : RETRY;
        if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      } while (!stopped);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean beat() {
    try {
      if (deleted) {
        uid = registration.register();
        deleted = false;
        registered = true;
        LOG.atInfo().addKeyValue("node", name).log("node registered");
      }
      lease.renew(uid);
      resources.refresh();
      registration.refresh();
      trouble = "";
      return true;
    } catch (KubernetesClientException e) {
      failed(ApiTrouble.text(e));
      return false;
    }
  }

  /** Told once for each trouble: it is tried again every second. */
  private void failed(String error) {
    if (!error.equals(trouble)) {
      trouble = error;
      LOG.atWarn()
          .addKeyValue("node", name)
          .addKeyValue("server", client.getMasterUrl())
          .addKeyValue("error", error)
          .log("the API server does not take the node's heartbeat; trying again each second");
    }
  }

  private void watch() {
    watch.exceptionHandler((started, failure) -> true);
    watch.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Node node) {
            seen(node);
          }

          @Override
          public void onUpdate(Node before, Node node) {
            seen(node);
          }

          @Override
          public void onDelete(Node node, boolean finalStateUnknown) {
            gone();
          }
        });
    var _ = watch.start().thenRun(this::lookForTheNode);
  }

  /** It may have been deleted after it was registered, and before anybody watched. */
  private void lookForTheNode() {
    if (watch.getStore().list().isEmpty()) {
      gone();
    }
  }

  private void gone() {
    LOG.atWarn().addKeyValue("node", name).log("someone deleted the Node: creating it again");
    deleted = true;
    wake.release();
  }

  private void seen(Node node) {
    if (!NodeObject.isReady(node)) {
      registration.contradict();
      wake.release();
    }
  }

  /**
   * Stops. The node stays as it is, for another agent that follows at once.
   *
   * @return whether it has; if not, a request to the API server is still under way
   */
  public boolean stop() {
    stopped = true;
    wake.release();
    try {
      return thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      // After the thread, which may be about to start it.
      watch.stop();
    }
  }

  /** Tells the API server that the node is not ready any more, if it can be told. */
  public void tellNotReady() {
    try {
      if (registered) {
        registration.notReady();
      }
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("node", name)
          .addKeyValue("error", e.getMessage())
          .log("the node could not be marked not ready");
    }
  }
}
