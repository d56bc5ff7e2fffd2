package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.FakeEvents;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.status.StatusOverlay;
import dev.outrigger.agent.status.StatusWriter;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.testkit.FakeBackend;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An agent's Pods on an API server in memory, which tells the agent of each change. */
final class ControlledPods implements AutoCloseable {

  private static final NodeFacts NODE =
      new NodeFacts(
          "node", "10.0.0.9", Map.of("zone", "a"), false, Map.of("pods", new BigDecimal(100)));

  private final FakeBackend backend;
  private final Clock clock = Clock.systemUTC();
  private final Map<String, Pod> stored = new ConcurrentHashMap<>();
  private final Map<String, PodStatus> statuses = new ConcurrentHashMap<>();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final FakeEvents events = new FakeEvents();
  private final AtomicInteger confirmations = new AtomicInteger();
  private volatile boolean finalizers;
  private @Nullable Provider provider;
  private @Nullable PodController controller;
  private @Nullable Subscription watch;

  ControlledPods(FakeBackend backend) {
    this.backend = backend;
    startAgent();
  }

  static PodAttempt attempt(String uid, int number) {
    return new PodAttempt(new PodKey(uid, "ns", "p"), number);
  }

  void startAgent() {
    Provider node = backend.provider("node");
    PodController agent =
        new PodController(TestParts.of(NODE, node, new Api(), new Statuses(), events, clock));
    stored.values().forEach(agent::podSeen);
    try {
      node.list().forEach(agent::observed);
    } catch (ProviderException e) {
      throw new IllegalStateException(e);
    }
    watch = node.watch(agent);
    provider = node;
    controller = agent;
    agent.open();
  }

  void stopAgent() {
    if (watch != null) {
      watch.close();
    }
    if (controller != null) {
      controller.close();
    }
    if (provider != null) {
      provider.close();
    }
    controller = null;
  }

  void apply(Pod pod) {
    String uid = pod.getMetadata().getUid();
    Pod created = new PodBuilder(pod).withStatus(new PodStatus()).build();
    stored.put(uid, created);
    statuses.put(uid, created.getStatus());
    tell(uid);
  }

  /** As kubectl delete does. */
  void delete(String uid, long grace) {
    stored.computeIfPresent(
        uid,
        (u, pod) ->
            new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp(Instant.now().plusSeconds(grace).toString())
                .withDeletionGracePeriodSeconds(grace)
                .endMetadata()
                .build());
    tell(uid);
  }

  /** As kubectl delete --force does: it is gone from one moment to the next. */
  void forceDelete(String uid) {
    Pod pod = stored.remove(uid);
    gone.add(uid);
    if (controller != null && pod != null) {
      controller.podGone(pod, true);
    }
  }

  /** As kubectl debug does: the watch tells of it. */
  void edit(String uid, UnaryOperator<Pod> change) {
    stored.computeIfPresent(uid, (u, pod) -> change.apply(pod));
    tell(uid);
  }

  void editStatus(String uid, Consumer<PodStatus> change) {
    stored.computeIfPresent(
        uid,
        (u, pod) -> {
          Pod edited = new PodBuilder(pod).build();
          change.accept(edited.getStatus());
          statuses.put(uid, edited.getStatus());
          return edited;
        });
  }

  /** Has the watch tell the agent of a Pod. */
  void tell(String uid) {
    Pod pod = stored.get(uid);
    PodController agent = controller;
    if (pod != null && agent != null) {
      agent.podSeen(pod);
    }
  }

  /** What the API server holds, or held when the Pod went. */
  PodStatus status(String uid) {
    return statuses.getOrDefault(uid, new PodStatus());
  }

  boolean isGone(String uid) {
    return gone.contains(uid);
  }

  /** From now on a confirmed deletion leaves the Pod there, as somebody's finalizer does. */
  void holdByFinalizer() {
    finalizers = true;
  }

  /** How often the agent has confirmed a deletion. */
  int confirmations() {
    return confirmations.get();
  }

  /** The reasons of all events. */
  List<String> events() {
    return events.reasons();
  }

  @Override
  public void close() {
    stopAgent();
  }

  private final class Statuses extends StatusWriter {
    @SuppressWarnings("NullAway") // nothing of the parent's is used
    Statuses() {
      super(null);
    }

    @Override
    public boolean write(PodKey key, PodStatus before, PodStatus after) {
      boolean there =
          stored.computeIfPresent(
                  key.uid(),
                  (uid, pod) -> {
                    PodStatus status = StatusOverlay.of(pod.getStatus(), after);
                    statuses.put(uid, status);
                    return new PodBuilder(pod).withStatus(status).build();
                  })
              != null;
      if (there) {
        tell(key.uid());
      }
      return there;
    }
  }

  private final class Api extends PodApi {
    @SuppressWarnings("NullAway") // nothing of the parent's is used
    Api() {
      super(null, null, "node");
    }

    @Override
    boolean exists(PodKey key) {
      return stored.containsKey(key.uid());
    }

    @Override
    Map<String, String> nodeLabels() {
      return Map.of("zone", "a", "added", "by-hand", "size", "10");
    }

    @Override
    void confirmDeletion(PodKey key) {
      confirmations.incrementAndGet();
      if (finalizers) {
        delete(key.uid(), 0);
      } else {
        forceDelete(key.uid());
      }
    }
  }
}
