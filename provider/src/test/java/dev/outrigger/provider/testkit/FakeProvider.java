package dev.outrigger.provider.testkit;

import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.ImageName;
import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One node's provider on a {@link FakeBackend}. Refuses {@code spec.hostNetwork}, sidecars and
 * variables from files.
 */
public final class FakeProvider implements Provider {

  private final FakeBackend backend;
  private final String nodeName;
  private final List<StatusSink> sinks = new CopyOnWriteArrayList<>();

  FakeProvider(FakeBackend backend, String nodeName) {
    this.backend = backend;
    this.nodeName = nodeName;
  }

  @Override
  public Capabilities capabilities() {
    Capabilities capabilities =
        new Capabilities(
            Map.of("cpu", "1000", "memory", "4000Gi", "pods", "10000"),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of());
    return backend.restartsContainers()
        ? capabilities.with(Trait.KEEPS_ENDED, Trait.CONTAINER_RESTARTS)
        : capabilities.with(Trait.KEEPS_ENDED);
  }

  @Override
  public void checkFields(Pod pod) throws ProviderException {
    if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
      throw new ProviderException.Unsupported("spec.hostNetwork", "leave it out");
    }
    ImageName.check(pod);
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    checkFields(work.pod());
    Sidecars.refuse(work.pod().getSpec());
    FileKeys.refuse(work.pod().getSpec());
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    check(work);
    return backend.create(nodeName, work);
  }

  @Override
  public void stopContainer(ContainerStop stop) {
    backend.stopContainer(stop);
  }

  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    backend.delete(nodeName, key.uid());
  }

  @Override
  public List<Workload> list() throws ProviderException {
    return backend.list(nodeName);
  }

  @Override
  public Subscription watch(StatusSink sink) {
    backend.listen(
        this,
        () -> {
          sinks.add(sink);
          backend.peek(nodeName).forEach(sink::observed);
        });
    return () -> sinks.remove(sink);
  }

  @Override
  public Optional<LogSource> logs() {
    return Optional.of(this::read);
  }

  @Override
  public void close() {
    backend.forget(this);
    sinks.clear();
  }

  void observed(FakeWorkload workload) {
    if (workload.node().equals(nodeName)) {
      sinks.forEach(s -> s.observed(workload.view()));
    }
  }

  void gone(FakeWorkload workload) {
    if (workload.node().equals(nodeName)) {
      sinks.forEach(s -> s.gone(workload.view().attempt()));
    }
  }

  private void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    List<LogLine> lines = backend.lines(nodeName, query.attempt(), query.container(), 0, false);
    int skip = query.follow() ? 0 : lines.size() - query.tailHint().orElse(lines.size());
    write(query, lines.subList(Math.max(0, skip), lines.size()), sink);
    sink.caughtUp();
    int position = lines.size();
    while (query.follow()) {
      lines = backend.lines(nodeName, query.attempt(), query.container(), position, true);
      if (lines.isEmpty()) {
        return;
      }
      write(query, lines, sink);
      position += lines.size();
    }
  }

  private static void write(LogQuery query, List<LogLine> lines, LogSink sink) throws IOException {
    for (LogLine line : lines) {
      if (query.since().isEmpty() || !line.time().isBefore(query.since().get())) {
        sink.line(line);
      }
    }
  }
}
