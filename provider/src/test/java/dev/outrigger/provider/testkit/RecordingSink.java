package dev.outrigger.provider.testkit;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Workload;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps everything that was observed, oldest first. */
public final class RecordingSink implements StatusSink {

  private final List<Workload> observed = new CopyOnWriteArrayList<>();
  private final List<PodAttempt> gone = new CopyOnWriteArrayList<>();

  @Override
  public void observed(Workload workload) {
    observed.add(workload);
  }

  @Override
  public void gone(PodAttempt attempt) {
    gone.add(attempt);
  }

  /** What was said of this attempt, oldest first. */
  public List<Workload> of(PodAttempt attempt) {
    return observed.stream().filter(w -> w.attempt().equals(attempt)).toList();
  }

  public List<PodAttempt> gone() {
    return List.copyOf(gone);
  }
}
