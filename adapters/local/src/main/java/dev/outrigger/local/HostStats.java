package dev.outrigger.local;

import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.ContainerStats;
import dev.outrigger.provider.PodStats;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Measures the processes of each container and of the commands run in it, from {@code /proc}.
 *
 * <p>CPU: the time of the processes that live and of the children they have waited for. What a
 * process used after the last measurement and before an end that nobody waited for is not in it: a
 * lower bound. Memory: PSS, as working set; what the page cache holds besides is the host's and
 * nobody's in particular, so usage is left out, as are network figures: all share the host's.
 */
final class HostStats implements StatsSource {

  private final HostStore store;
  private final Clock clock;

  /** Guarded by this. By the container's first process; holds those of the last measurement. */
  private Map<HostProcess, Counter> counters = Map.of();

  HostStats(HostStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * INVARIANT: {@code total} never decreases, though the sum over the living processes does when
   * one ends unwaited for.
   *
   * @param sum over the living processes at the last measurement
   */
  private record Counter(long total, long sum) {
    Counter next(long newSum) {
      return new Counter(total + Math.max(0, newSum - sum), newSum);
    }
  }

  @Override
  public synchronized List<PodStats> stats() throws ProviderException {
    try {
      ProcessTable table = ProcessTable.read();
      Instant now = clock.instant();
      Map<HostProcess, Counter> seen = new HashMap<>();
      List<PodStats> pods = new ArrayList<>();
      for (AttemptDirectory directory : store.directories()) {
        pod(directory, table, now, seen).ifPresent(pods::add);
      }
      counters = seen;
      return List.copyOf(pods);
    } catch (IOException e) {
      throw new ProviderException.Unavailable("/proc cannot be read: " + e.getMessage(), e);
    }
  }

  private Optional<PodStats> pod(
      AttemptDirectory directory, ProcessTable table, Instant now, Map<HostProcess, Counter> seen)
      throws IOException {
    List<ContainerStats> containers = new ArrayList<>();
    try {
      Workload workload = store.observe(directory);
      for (ContainerObservation container : workload.containers()) {
        if (container.state() instanceof ContainerState.Running(Instant startedAt)) {
          container(directory, container.name(), startedAt, table, seen).ifPresent(containers::add);
        }
      }
      return containers.isEmpty()
          ? Optional.empty()
          : Optional.of(new PodStats(workload.attempt(), now, containers, Optional.empty()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // removed meanwhile
    }
  }

  private Optional<ContainerStats> container(
      AttemptDirectory directory,
      String name,
      Instant startedAt,
      ProcessTable table,
      Map<HostProcess, Counter> seen)
      throws IOException {
    Optional<HostProcess> first = directory.process(name);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    List<HostProcess> leaders = new ArrayList<>(directory.commands(name));
    leaders.add(first.get());
    long sum = 0;
    long resident = 0;
    long anonymous = 0;
    for (ProcessTable.Row row : table.belongingTo(leaders)) {
      sum += row.cpuNanos();
      Optional<ProcessTable.Memory> memory = ProcessTable.memory(row.process());
      resident += memory.map(ProcessTable.Memory::residentBytes).orElse(0L);
      anonymous += memory.map(ProcessTable.Memory::anonymousBytes).orElse(0L);
    }
    if (resident == 0) {
      return Optional.empty(); // it has just ended
    }
    Counter counter = counters.getOrDefault(first.get(), new Counter(0, 0)).next(sum);
    seen.put(first.get(), counter);
    return Optional.of(
        new ContainerStats(
            name,
            startedAt,
            OptionalLong.of(counter.total),
            OptionalLong.of(resident),
            OptionalLong.empty(),
            OptionalLong.of(anonymous),
            size(directory.log(name).file())));
  }

  private static OptionalLong size(Path file) {
    try {
      return OptionalLong.of(Files.size(file));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
