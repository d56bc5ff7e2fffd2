package dev.outrigger.agent.observe;

import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes core/v1 Events in the background. The same words about the same Pod become one Event whose
 * count grows, written at most once in 10 s; when more than 1,000 wait, further ones are dropped,
 * and the log says so. Of those that report nothing wrong, as many are written as a kubelet's
 * {@link EventBudget} allows.
 */
public final class EventRecorder implements PodEvents, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_REMEMBERED = 4_096;
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  /** Whom an event is about, and the namespace that holds the event. */
  private record Subject(String kind, String namespace, String name, String uid, String fieldPath) {
    static Subject of(PodKey pod, String fieldPath) {
      return new Subject("Pod", pod.namespace(), pod.name(), pod.uid(), fieldPath);
    }

    /** As the kubelet does: the Node's name for its UID, in the namespace {@code default}. */
    static Subject ofNode(String node) {
      return new Subject("Node", "default", node, node, "");
    }

    String title() {
      return kind + " " + namespace + "/" + name;
    }
  }

  private record Note(Subject subject, String type, String reason, String message, Instant at) {
    String identity() {
      return String.join("/", subject.uid(), subject.fieldPath(), type, reason, message);
    }
  }

  private record Written(String name, int count, Instant at) {}

  private final KubernetesClient client;
  private final String node;
  private final Clock clock;
  private final BlockingQueue<Note> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final PodEvents whole = new About("");
  private final Thread writer;
  // Only the writer thread touches these two.
  private final EventBudget budget = new EventBudget();
  private final Map<String, Written> written =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Written> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  public EventRecorder(KubernetesClient client, String node, Clock clock) {
    this.client = client;
    this.node = node;
    this.clock = clock;
    this.writer = Thread.ofVirtual().name("events-" + node).start(this::run);
  }

  @Override
  public void warning(PodKey pod, String reason, String message) {
    whole.warning(pod, reason, message);
  }

  @Override
  public void normal(PodKey pod, String reason, String message) {
    whole.normal(pod, reason, message);
  }

  @Override
  public PodEvents in(String fieldPath) {
    return new About(fieldPath);
  }

  /** Events about a part of Pods; empty: about Pods as a whole. */
  private final class About implements PodEvents {

    private final String fieldPath;

    About(String fieldPath) {
      this.fieldPath = fieldPath;
    }

    @Override
    public void warning(PodKey pod, String reason, String message) {
      Subject subject = Subject.of(pod, fieldPath);
      offer(new Note(subject, "Warning", reason, message, clock.instant()));
    }

    @Override
    public void normal(PodKey pod, String reason, String message) {
      Subject subject = Subject.of(pod, fieldPath);
      offer(new Note(subject, "Normal", reason, message, clock.instant()));
    }

    @Override
    public PodEvents in(String path) {
      return new About(path);
    }
  }

  /** Events of the recorder's own Node. */
  public NodeEvents ofNode() {
    return (reason, message) ->
        offer(new Note(Subject.ofNode(node), "Warning", reason, message, clock.instant()));
  }

  private void offer(Note note) {
    if (!queue.offer(note)) {
      LOG.atWarn()
          .addKeyValue("about", note.subject.title())
          .addKeyValue("reason", note.reason)
          .log("event dropped: too many wait");
    }
  }

  private void run() {
    try {
      while (true) {
        Note note = queue.poll(1, TimeUnit.HOURS);
        if (note != null) {
          write(note);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Note note) {
    Written before = written.get(note.identity());
    if ("Normal".equals(note.type) && !budget.take(clock.instant())) {
      return;
    }
    try {
      if (before == null) {
        String name =
            client
                .v1()
                .events()
                .inNamespace(note.subject.namespace())
                .resource(event(note))
                .create()
                .getMetadata()
                .getName();
        written.put(note.identity(), new Written(name, 1, note.at));
      } else if (note.at.isBefore(before.at.plus(QUIET))) {
        written.put(note.identity(), new Written(before.name, before.count + 1, before.at));
      } else {
        String patch =
            "{\"count\":%d,\"lastTimestamp\":\"%s\"}".formatted(before.count + 1, seconds(note.at));
        client
            .v1()
            .events()
            .inNamespace(note.subject.namespace())
            .withName(before.name)
            .patch(MERGE, patch);
        written.put(note.identity(), new Written(before.name, before.count + 1, note.at));
      }
    } catch (RuntimeException e) {
      written.remove(note.identity());
      LOG.atWarn()
          .addKeyValue("about", note.subject.title())
          .addKeyValue("reason", note.reason)
          .addKeyValue("error", e.getMessage())
          .log("event not written");
    }
  }

  private Event event(Note note) {
    String time = seconds(note.at);
    return new EventBuilder()
        .withNewMetadata()
        .withGenerateName(note.subject.name() + ".")
        .withNamespace(note.subject.namespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("v1")
        .withKind(note.subject.kind())
        .withNamespace(note.subject.kind().equals("Node") ? null : note.subject.namespace())
        .withName(note.subject.name())
        .withUid(note.subject.uid())
        .withFieldPath(note.subject.fieldPath().isEmpty() ? null : note.subject.fieldPath())
        .endInvolvedObject()
        .withType(note.type)
        .withReason(note.reason)
        .withMessage(note.message.length() > 1024 ? note.message.substring(0, 1024) : note.message)
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .withNewSource()
        .withComponent("outrigger")
        .withHost(node)
        .endSource()
        .withReportingComponent("outrigger")
        .withReportingInstance(node)
        .build();
  }

  private static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Stops writing; what waits is lost. */
  @Override
  public void close() {
    writer.interrupt();
  }
}
