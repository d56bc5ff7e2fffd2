package dev.outrigger.remote;

import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceBlockingStub;
import dev.outrigger.remote.v1.Synced;
import dev.outrigger.remote.v1.WatchRequest;
import dev.outrigger.remote.v1.WatchResponse;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one watch open, over as many streams as it takes. */
final class RemoteWatch implements Subscription {

  private static final Logger log = LoggerFactory.getLogger(RemoteWatch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final String nodeName;
  private final ProviderServiceBlockingStub stub;
  private final StatusSink sink;
  private final Thread thread;
  private volatile boolean closed;

  private final LogPace lost = new LogPace(Clock.systemUTC());

  /** Only touched by the thread. */
  private final Set<PodAttempt> known = new HashSet<>();

  private Duration pause = FIRST_PAUSE;

  private RemoteWatch(String nodeName, ProviderServiceBlockingStub stub, StatusSink sink) {
    this.nodeName = nodeName;
    this.stub = stub;
    this.sink = sink;
    this.thread = Thread.ofVirtual().name("remote-watch-" + nodeName).unstarted(this::run);
  }

  static RemoteWatch start(String nodeName, ProviderServiceBlockingStub stub, StatusSink sink) {
    RemoteWatch watch = new RemoteWatch(nodeName, stub, sink);
    watch.thread.start();
    return watch;
  }

  private void run() {
    while (!closed) {
      try {
        follow();
      } catch (StatusRuntimeException e) {
        String reason = String.valueOf(WireFailure.fromWire(e).getMessage());
        if (!closed && lost.isDue(reason)) {
          log.atWarn()
              .addKeyValue("node", nodeName)
              .addKeyValue("reason", reason)
              .log("lost the watch of the remote provider; connecting again");
        }
      }
      if (!closed) {
        waitBeforeNext();
      }
    }
  }

  private void follow() {
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      Context before = call.attach();
      try {
        Iterator<WatchResponse> events =
            stub.withWaitForReady().watch(WatchRequest.getDefaultInstance());
        while (!closed && events.hasNext()) {
          handle(events.next());
        }
      } finally {
        call.detach(before);
      }
    }
  }

  private void handle(WatchResponse event) {
    if (closed) {
      return;
    }
    switch (event.getEventCase()) {
      case SYNCED -> synced(event.getSynced());
      case OBSERVED -> {
        Workload workload = WireWorkload.fromWire(event.getObserved());
        known.add(workload.attempt());
        sink.observed(workload);
      }
      case GONE -> gone(WireWork.fromWire(event.getGone()));
      case EVENT_NOT_SET -> {} // of a newer version
    }
  }

  /** What was known and is not there any more went while no stream was open. */
  private void synced(Synced synced) {
    pause = FIRST_PAUSE;
    if (lost.over()) {
      log.atInfo().addKeyValue("node", nodeName).log("the watch of the remote provider is back");
    }
    Set<PodAttempt> existing =
        synced.getKnownList().stream().map(WireWork::fromWire).collect(Collectors.toSet());
    Set.copyOf(known).stream().filter(a -> !existing.contains(a)).forEach(this::gone);
  }

  private void gone(PodAttempt attempt) {
    known.remove(attempt);
    sink.gone(attempt);
  }

  private void waitBeforeNext() {
    try {
      Thread.sleep(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    } catch (InterruptedException e) {
      closed = true; // only close interrupts
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
