package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.ecs.InsightsLedger.Figures;
import dev.outrigger.ecs.InsightsLedger.Place;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.Workload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;

/**
 * What tasks use, from the performance log events that Container Insights writes once a minute for
 * clusters that have it on ("Container Insights performance log events for Amazon ECS", CloudWatch
 * user guide). Of a cluster without, nothing is measured and nothing is said.
 *
 * <p>Memory comes in whole MiB, page cache included, so that it stands for the working set too. Its
 * network figures are left out: AWS does not say whether they are sums or rates.
 */
final class EcsStats implements StatsSource {

  private static final Logger LOG = LoggerFactory.getLogger(EcsStats.class);

  /** The events of a minute come up to some minutes late; older ones tell nothing of now. */
  private static final Duration LOOK_BACK = Duration.ofMinutes(5);

  /** Where it may not be read. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(2);

  /** Keeps a reading within the contract's ten seconds, in a cluster of tens of thousands. */
  private static final Duration LONGEST_READING = Duration.ofSeconds(5);

  private static final String CONTAINERS = "{ $.Type = \"Container\" }";

  private final CloudWatchLogsClient client;
  private final AwsCalls calls;
  private final TaskIndex index;
  private final Clock clock;
  private final String group;
  private final Duration readEvery;
  private final InsightsLedger ledger = new InsightsLedger();

  /** One reads; the others answer from what is known. */
  private final ReentrantLock reading = new ReentrantLock();

  /** Written by who holds {@link #reading}. */
  private volatile Instant readAgain = Instant.EPOCH;

  EcsStats(
      CloudWatchLogsClient client, AwsCalls calls, EcsConfig config, TaskIndex index, Clock clock) {
    this.client = client;
    this.calls = calls;
    this.index = index;
    this.clock = clock;
    this.readEvery = config.steadyPollInterval().multipliedBy(4);
    String cluster = config.cluster().substring(config.cluster().lastIndexOf('/') + 1);
    this.group = "/aws/ecs/containerinsights/" + cluster + "/performance";
  }

  @Override
  public List<PodStats> stats() throws ProviderException {
    Map<Place, Instant> started = started();
    ledger.retain(started.keySet());
    if (!started.isEmpty() && !clock.instant().isBefore(readAgain) && reading.tryLock()) {
      try {
        read(started);
      } finally {
        reading.unlock();
      }
    }
    Instant oldest = clock.instant().minus(LOOK_BACK);
    List<PodStats> pods = new ArrayList<>();
    index.snapshot().values().forEach(w -> pod(w, oldest).ifPresent(pods::add));
    return List.copyOf(pods);
  }

  /** The running containers of this node, with their starts. */
  private Map<Place, Instant> started() {
    Map<Place, Instant> started = new HashMap<>();
    for (Workload workload : index.snapshot().values()) {
      for (ContainerObservation container : workload.containers()) {
        if (container.state() instanceof ContainerState.Running(Instant startedAt)) {
          started.put(place(workload, container), startedAt);
        }
      }
    }
    return started;
  }

  private static Place place(Workload workload, ContainerObservation container) {
    return new Place(EcsStatusMapper.taskId(workload.handle()), container.name());
  }

  private void read(Map<Place, Instant> started) throws ProviderException {
    Instant now = clock.instant();
    readAgain = now.plus(readEvery);
    try {
      readEvents(started, now);
    } catch (ProviderException.NotFound off) {
      LOG.atDebug().addKeyValue("group", group).log("the cluster has no Container Insights yet");
    } catch (ProviderException.PermissionDenied e) {
      readAgain = now.plus(LOOK_AGAIN);
      throw e;
    } catch (ProviderException.Throttled | ProviderException.Unavailable e) {
      LOG.atInfo().addKeyValue("cause", e.getMessage()).log("measurements have to wait");
    }
  }

  private void readEvents(Map<Place, Instant> started, Instant now) throws ProviderException {
    @Nullable String token = null;
    do {
      FilterLogEventsRequest request =
          FilterLogEventsRequest.builder()
              .logGroupName(group)
              .filterPattern(CONTAINERS)
              .startTime(now.minus(LOOK_BACK).toEpochMilli())
              .nextToken(token)
              .build();
      FilterLogEventsResponse page =
          calls.call(
              "logs:FilterLogEvents",
              ApiBucket.LOGS_FILTER_EVENTS,
              () -> client.filterLogEvents(request));
      page.events().forEach(event -> ledger.accept(event.message(), started));
      token = page.nextToken();
    } while (token != null && clock.instant().isBefore(now.plus(LONGEST_READING)));
  }

  /** Of the oldest of its containers' measurements; empty before all of them are measured. */
  private Optional<PodStats> pod(Workload workload, Instant oldest) {
    List<ContainerStats> containers = new ArrayList<>();
    Instant at = Instant.MAX;
    for (ContainerObservation container : workload.containers()) {
      if (container.state() instanceof ContainerState.Running(Instant startedAt)) {
        Optional<Figures> figures =
            ledger.of(place(workload, container)).filter(f -> f.at().isAfter(oldest));
        if (figures.isEmpty()) {
          return Optional.empty();
        }
        at = at.isBefore(figures.get().at()) ? at : figures.get().at();
        containers.add(stats(container.name(), startedAt, figures.get()));
      }
    }
    return containers.isEmpty()
        ? Optional.empty()
        : Optional.of(new PodStats(workload.attempt(), at, containers, Optional.empty()));
  }

  private static ContainerStats stats(String name, Instant startedAt, Figures figures) {
    OptionalLong memory = OptionalLong.of(figures.memoryBytes());
    return new ContainerStats(
        name,
        startedAt,
        OptionalLong.of((long) figures.cpuNanos()),
        memory,
        memory,
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
