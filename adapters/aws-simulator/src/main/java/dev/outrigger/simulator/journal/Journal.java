package dev.outrigger.simulator.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Append-only and thread-safe. Of calls it keeps the newest {@value #MAX_CALLS}, so that a demo may
 * run for days; of workloads it keeps all. It is not persisted.
 */
public final class Journal {
  private static final int MAX_CALLS = 200_000;

  private final Object lock = new Object();

  /** Guarded by lock. */
  private final ArrayDeque<JournalEntry.Call> calls = new ArrayDeque<>();

  /** Guarded by lock. */
  private final List<JournalEntry.WorkloadStarted> starts = new ArrayList<>();

  /** Guarded by lock. */
  private final List<JournalEntry.WorkloadStopped> stops = new ArrayList<>();

  /** Appends an entry. */
  public void add(JournalEntry entry) {
    synchronized (lock) {
      switch (entry) {
        case JournalEntry.Call call -> {
          if (calls.size() == MAX_CALLS) {
            calls.removeFirst();
          }
          calls.addLast(call);
        }
        case JournalEntry.WorkloadStarted started -> starts.add(started);
        case JournalEntry.WorkloadStopped stopped -> stops.add(stopped);
      }
    }
  }

  /** Every kept call, oldest first. */
  public List<JournalEntry.Call> calls() {
    synchronized (lock) {
      return List.copyOf(calls);
    }
  }

  /** The calls of one operation, oldest first. */
  public List<JournalEntry.Call> calls(String service, String operation) {
    Predicate<JournalEntry.Call> matches =
        call -> call.service().equals(service) && call.operation().equals(operation);
    return calls().stream().filter(matches).toList();
  }

  /** Every workload that really started, oldest first. */
  public List<JournalEntry.WorkloadStarted> starts() {
    synchronized (lock) {
      return List.copyOf(starts);
    }
  }

  /** Every workload that has ended, oldest first. */
  public List<JournalEntry.WorkloadStopped> stops() {
    synchronized (lock) {
      return List.copyOf(stops);
    }
  }
}
