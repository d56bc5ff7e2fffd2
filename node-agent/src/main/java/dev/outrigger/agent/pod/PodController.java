package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The Pods of one node. Facts come in through {@link #podSeen}, {@link #podGone} and the {@link
 * StatusSink}; each has its UID looked at by one worker, which asks {@link PodDecision} and does
 * what it says.
 *
 * <p>INVARIANT: an attempt is started only after the API server and the backend were both listed,
 * and an attempt above 0 only after its number is in the Pod's status.
 */
public final class PodController implements StatusSink, ContainerCare.Listener, AutoCloseable {

  private static final int CONCURRENCY = 256;
  private static final int MOST_STEPS = 8;

  private final PodWaits waits;
  private final PodReporter reporter;
  private final PodSteps steps;
  private final WorkQueue queue;
  private final PodFailures failures;
  private final ContainerCare care;
  private final Map<String, PodEntry> entries = new ConcurrentHashMap<>();
  private volatile boolean open;

  PodController(PodParts parts) {
    this(
        parts,
        handler -> new KeyedWorkQueue("pods-" + parts.node().name(), CONCURRENCY, handler),
        listener -> new PodCare(parts.provider(), parts.events(), parts.clock(), listener));
  }

  /**
   * @param workers who handle what is put into the queue; a test may do so itself
   * @param carers who hook and probe containers, and tell the listener
   */
  PodController(
      PodParts parts,
      Function<WorkQueue.Handler, WorkQueue> workers,
      Function<ContainerCare.Listener, ContainerCare> carers) {
    this.queue = workers.apply(this::handle);
    this.failures = new PodFailures(parts, queue);
    this.care = carers.apply(this);
    this.waits = new PodWaits(queue, parts.traits(), parts.clock());
    this.reporter = parts.reporter();
    this.steps = new PodSteps(parts, queue, failures, care, this::forget);
  }

  /** Begins to act: the API server's Pods and the backend's workloads have all been told. */
  void open() {
    open = true;
    entries.keySet().forEach(queue::add);
  }

  void podSeen(Pod pod) {
    PodEntry entry = entry(key(pod));
    if (entry.podSeen(pod)) {
      wake(pod.getMetadata().getUid());
    } else if (open) {
      waits.awaitDrift(entry);
    }
  }

  void podGone(Pod pod, boolean certain) {
    entry(key(pod)).podGone(certain);
    wake(pod.getMetadata().getUid());
  }

  @Override
  public void observed(Workload workload) {
    entry(workload.key()).observe(workload);
    wake(workload.key().uid());
  }

  @Override
  public void gone(PodAttempt attempt) {
    PodEntry entry = entries.get(attempt.key().uid());
    if (entry != null) {
      entry.lose(attempt);
      wake(attempt.key().uid());
    }
  }

  @Override
  public void probed(String uid, PodHealth health) {
    changed(uid, entry -> entry.probed(health));
  }

  @Override
  public void hooked(String uid, PodHealth health) {
    changed(uid, entry -> entry.hooked(health));
  }

  @Override
  public void said(LastWords.Ended run, String words) {
    PodEntry entry = entries.get(run.attempt().key().uid());
    if (entry != null) {
      entry.said(run, words);
    }
  }

  @Override
  public void stoppedWaiting(String uid) {
    wake(uid);
  }

  private void changed(String uid, Consumer<PodEntry> change) {
    PodEntry entry = entries.get(uid);
    if (entry != null) {
      change.accept(entry);
      wake(uid);
    }
  }

  /** Every Pod of the node with its latest status. */
  void forEach(Consumer<PodEntry> consumer) {
    entries.values().forEach(consumer);
  }

  int queueDepth() {
    return queue.depth();
  }

  private void wake(String uid) {
    if (open) {
      queue.add(uid);
    }
  }

  private PodEntry entry(PodKey key) {
    return entries.computeIfAbsent(key.uid(), uid -> new PodEntry(key));
  }

  private static PodKey key(Pod pod) {
    var metadata = pod.getMetadata();
    return new PodKey(metadata.getUid(), metadata.getNamespace(), metadata.getName());
  }

  private void handle(String uid) throws InterruptedException {
    PodEntry entry = entries.get(uid);
    if (entry == null) {
      return;
    }
    try {
      waits.drift(entry).ifPresent(theirs -> reporter.restore(entry, theirs));
      int done = 0;
      while (steps.step(entry) && ++done < MOST_STEPS) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (done == MOST_STEPS) {
        queue.addAfter(uid, Duration.ofSeconds(1));
      }
    } catch (UnresolvedException e) {
      failures.unresolved(entry, e);
    } catch (ProviderException e) {
      failures.ofProvider(entry, e);
    } catch (KubernetesClientException e) {
      // A code is an answer.
      failures.ofApiServer(
          entry, e.getCode() > 0 ? "the API server refused" : "the API server did not answer", e);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // A class that cannot be loaded now may be later; one Pod's trouble is not the node's.
      failures.unexpected(entry, e);
    }
    waits.set(entry);
  }

  private void forget(PodEntry entry) {
    entries.remove(entry.key().uid(), entry);
    care.forget(entry.key().uid());
  }

  @Override
  public void close() {
    open = false;
    care.close();
    queue.close();
  }
}
