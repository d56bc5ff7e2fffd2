package dev.outrigger.remote;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import dev.outrigger.remote.v1.Synced;
import dev.outrigger.remote.v1.WatchResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What waits to be sent to one watcher: of each attempt the latest only, so it stays bounded. */
final class WatchFeed implements StatusSink {

  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Map<PodAttempt, WatchResponse> waiting = new LinkedHashMap<>();

  private WatchFeed() {}

  /**
   * Runs until the watcher has gone. Listens before it lists, and sends states only as the watch
   * reports them: a state from the list could be newer than the watch's next one.
   */
  static void serve(Provider provider, ReadyStream<WatchResponse> stream)
      throws ProviderException, IOException, InterruptedException {
    WatchFeed feed = new WatchFeed();
    try (var watch = provider.watch(feed)) {
      Synced.Builder synced = Synced.newBuilder();
      provider.list().forEach(w -> synced.addKnown(WireWork.toWire(w.attempt())));
      stream.send(WatchResponse.newBuilder().setSynced(synced).build());
      while (!Thread.currentThread().isInterrupted()) {
        stream.send(feed.take());
      }
    }
  }

  @Override
  public void observed(Workload workload) {
    put(
        workload.attempt(),
        WatchResponse.newBuilder().setObserved(WireWorkload.toWire(workload)).build());
  }

  @Override
  public void gone(PodAttempt attempt) {
    put(attempt, WatchResponse.newBuilder().setGone(WireWork.toWire(attempt)).build());
  }

  private void put(PodAttempt attempt, WatchResponse event) {
    synchronized (lock) {
      waiting.put(attempt, event);
      lock.notifyAll();
    }
  }

  private WatchResponse take() throws InterruptedException {
    synchronized (lock) {
      while (waiting.isEmpty()) {
        lock.wait();
      }
      PodAttempt first = waiting.keySet().iterator().next();
      WatchResponse event = waiting.get(first);
      waiting.remove(first);
      return event == null ? WatchResponse.getDefaultInstance() : event;
    }
  }
}
