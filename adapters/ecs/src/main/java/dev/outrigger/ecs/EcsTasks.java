package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListTasksRequest;
import software.amazon.awssdk.services.ecs.model.ListTasksResponse;
import software.amazon.awssdk.services.ecs.model.Task;

/** Looks at the node's tasks and brings what it sees into the index. Blocks. */
final class EcsTasks {

  private static final int BATCH = 100;

  private final EcsClient client;
  private final AwsCalls calls;
  private final String cluster;
  private final String startedBy;
  private final TaskIndex index;
  private final Consumer<Task> seen;

  /** Lets one full look at a time go on; the others wait for it or take part in the next. */
  private final Semaphore looking = new Semaphore(1);

  private final AtomicLong tickets = new AtomicLong();

  /** The ticket drawn when the last complete look began; 0 before the first. */
  private volatile long lookedSince;

  /** Why the last question had no useful answer. */
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * @param seen is shown every task that is described
   */
  EcsTasks(
      EcsClient client,
      AwsCalls calls,
      String cluster,
      String node,
      TaskIndex index,
      Consumer<Task> seen) {
    this.client = client;
    this.calls = calls;
    this.cluster = cluster;
    this.startedBy = OwnerMark.startedBy(node);
    this.index = index;
    this.seen = seen;
  }

  /** Makes sure that everything started before this process has been seen once. */
  void prime() throws ProviderException {
    if (lookedSince == 0) {
      refresh();
    }
  }

  /**
   * Lists all tasks and describes those that may have changed. Calls that come while another one is
   * under way share the next.
   */
  void refresh() throws ProviderException {
    try {
      share();
      trouble = Optional.empty();
    } catch (ProviderException e) {
      throw noted(e);
    }
  }

  /**
   * @throws ProviderException.Unavailable when nothing could be learnt the last time that ECS was
   *     asked for tasks: it did not answer, or has no such cluster, or permits it not
   */
  void requireAnswers() throws ProviderException.Unavailable {
    Optional<String> why = trouble;
    if (why.isPresent()) {
      throw new ProviderException.Unavailable(why.get(), null);
    }
  }

  private ProviderException noted(ProviderException e) {
    if (!(e instanceof ProviderException.Throttled) && !Thread.currentThread().isInterrupted()) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
    return e;
  }

  private void share() throws ProviderException {
    long ticket = tickets.incrementAndGet();
    try {
      looking.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProviderException.Unavailable("ecs:ListTasks was interrupted", e);
    }
    try {
      if (lookedSince < ticket) {
        long start = tickets.incrementAndGet();
        look();
        lookedSince = start;
      }
    } finally {
      looking.release();
    }
  }

  /** Describes tasks, in batches. */
  void describe(List<String> arns) throws ProviderException {
    try {
      describeAll(arns);
      trouble = arns.isEmpty() ? trouble : Optional.empty();
    } catch (ProviderException e) {
      throw noted(e);
    }
  }

  private void describeAll(List<String> arns) throws ProviderException {
    for (int from = 0; from < arns.size(); from += BATCH) {
      List<String> batch = arns.subList(from, Math.min(arns.size(), from + BATCH));
      DescribeTasksResponse answer =
          calls.call(
              "ecs:DescribeTasks",
              ApiBucket.ECS_TASK_READ,
              () -> client.describeTasks(r -> r.cluster(cluster).tasks(batch)));
      answer.tasks().forEach(seen);
      answer.tasks().forEach(index::update);
      answer.failures().stream()
          .filter(f -> "MISSING".equals(f.reason()))
          .map(Failure::arn)
          .forEach(index::missing);
    }
  }

  /** Asks for a task's end; one that is unknown has ended. */
  void stop(String arn, String reason) throws ProviderException {
    try {
      calls.call(
          "ecs:StopTask",
          ApiBucket.ECS_TASK_WRITE,
          () -> client.stopTask(r -> r.cluster(cluster).task(arn).reason(reason)));
    } catch (ProviderException.NotFound | ProviderException.Invalid gone) {
      index.missing(arn);
    }
  }

  private void look() throws ProviderException {
    Set<PodKey> uncertain = index.uncertain();
    Set<String> known = index.stopped();
    Set<String> listed = new HashSet<>(list(DesiredStatus.RUNNING));
    listed.addAll(list(DesiredStatus.STOPPED));
    Set<String> wanted = new LinkedHashSet<>(listed);
    wanted.addAll(index.live());
    wanted.removeAll(known);
    describe(List.copyOf(wanted));
    index.listed(listed);
    index.certain(uncertain);
  }

  private List<String> list(DesiredStatus status) throws ProviderException {
    List<String> arns = new ArrayList<>();
    @Nullable String token = null;
    do {
      ListTasksRequest request =
          ListTasksRequest.builder()
              .cluster(cluster)
              .startedBy(startedBy)
              .desiredStatus(status)
              .maxResults(BATCH)
              .nextToken(token)
              .build();
      ListTasksResponse page =
          calls.call("ecs:ListTasks", ApiBucket.ECS_TASK_READ, () -> client.listTasks(request));
      arns.addAll(page.taskArns());
      token = page.nextToken();
    } while (token != null);
    return arns;
  }
}
