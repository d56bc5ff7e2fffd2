package dev.outrigger.agent.observe;

import dev.outrigger.provider.PodKey;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what is told, of whatever Pod. */
public final class FakeEvents implements PodEvents {

  /** What is told of one event. */
  public record Event(String reason, String message) {}

  private final Queue<Event> told = new ConcurrentLinkedQueue<>();

  /** All events, in order. */
  public List<Event> told() {
    return List.copyOf(told);
  }

  /** The reasons of all events, in order. */
  public List<String> reasons() {
    return told.stream().map(Event::reason).toList();
  }

  @Override
  public void warning(PodKey pod, String reason, String message) {
    told.add(new Event(reason, message));
  }

  @Override
  public void normal(PodKey pod, String reason, String message) {
    told.add(new Event(reason, message));
  }

  @Override
  public PodEvents in(String fieldPath) {
    return this;
  }
}
