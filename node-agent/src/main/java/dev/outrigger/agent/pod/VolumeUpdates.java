package dev.outrigger.agent.pod;

import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.Sweep;
import dev.outrigger.agent.resolve.UnresolvedException;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changed ConfigMaps, Secrets, labels, annotations and renewed tokens into the volumes of
 * running Pods. About once a minute, which is how long a kubelet may take too, everything that they
 * refer to is read anew, each object once: nothing is watched, so that the agent needs no right to
 * list Secrets. What cannot be read (any more) leaves the volume as it is.
 */
final class VolumeUpdates implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VolumeUpdates.class);
  private static final Duration PERIOD = Duration.ofSeconds(55);
  private static final long JITTER_MILLIS = 10_000;

  /** An attempt that runs, and its Pod as it is now. */
  record Running(PodAttempt attempt, Pod pod) {}

  /** The backend: {@link dev.outrigger.provider.Provider#updateVolumes}. */
  interface Target {
    void update(PodAttempt attempt, List<ResolvedVolume> changed) throws ProviderException;
  }

  private final Function<Sweep, PodResolver> resolvers;
  private final Target backend;
  private final Supplier<List<Running>> pods;
  private final PodEvents events;

  /** Only touched by the thread that sweeps. */
  private Sweep sweep;

  /** What the backend has, by volume's name; hashes, since Secrets are among it. As above. */
  private Map<PodAttempt, Map<String, String>> sent = new HashMap<>();

  private volatile boolean closed;
  private Thread thread = new Thread(() -> {}, "not-started");

  /**
   * @param resolvers make one that reads from the sweep
   */
  VolumeUpdates(
      Function<Sweep, PodResolver> resolvers,
      Sweep first,
      Target backend,
      Supplier<List<Running>> pods,
      PodEvents events) {
    this.resolvers = resolvers;
    this.sweep = first;
    this.backend = backend;
    this.pods = pods;
    this.events = events;
  }

  synchronized void start(String node) {
    if (!closed) {
      thread = Thread.ofVirtual().name("volumes-" + node).start(this::run);
    }
  }

  private void run() {
    while (!closed) {
      try {
        long jitter = ThreadLocalRandom.current().nextLong(JITTER_MILLIS);
        Thread.sleep(PERIOD.plusMillis(jitter));
        sweep();
      } catch (InterruptedException e) {
        return; // only close interrupts
      } catch (KubernetesClientException e) {
        LOG.atWarn().addKeyValue("error", e.getMessage()).log("volumes are not updated for now");
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("volumes could not be updated");
      }
    }
  }

  /** Reads everything once and tells the backend of what has changed. */
  void sweep() {
    try {
      update(resolvers.apply(sweep));
    } finally {
      sweep = sweep.next();
    }
  }

  private void update(PodResolver resolver) {
    Map<PodAttempt, Map<String, String>> now = new HashMap<>();
    for (Running running : pods.get()) {
      Map<String, String> before = sent.getOrDefault(running.attempt, Map.of());
      now.put(running.attempt, before);
      try {
        now.put(running.attempt, update(running, resolver.volumes(running.pod), before));
      } catch (UnresolvedException e) {
        events.warning(running.attempt.key(), "FailedMount", PodFailures.failedMount(e));
      } catch (ProviderException e) {
        LOG.atWarn()
            .addKeyValue("pod", running.attempt.key().namespacedName())
            .addKeyValue("error", e.getMessage())
            .log("the backend did not take changed volumes; trying again");
      }
    }
    sent = now;
  }

  private Map<String, String> update(
      Running running, List<ResolvedVolume> volumes, Map<String, String> before)
      throws ProviderException {
    Map<String, String> hashes = new HashMap<>();
    List<ResolvedVolume> changed = new ArrayList<>();
    for (ResolvedVolume volume : volumes) {
      String hash = hash(volume);
      hashes.put(volume.name(), hash);
      if (!hash.equals(before.get(volume.name()))) {
        changed.add(volume);
      }
    }
    if (!changed.isEmpty()) {
      backend.update(running.attempt, changed);
    }
    return hashes;
  }

  private static String hash(ResolvedVolume volume) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (VolumeFile file : volume.files()) {
        byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
        byte[] content = file.content();
        digest.update(
            ByteBuffer.allocate(3 * Integer.BYTES)
                .putInt(path.length)
                .putInt(content.length)
                .putInt(file.mode())
                .array());
        digest.update(path);
        digest.update(content);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.interrupt();
  }
}
