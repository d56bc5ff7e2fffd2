package dev.outrigger.agent.pod;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Every call of the agent passes here: it may go wrong, and other things happen meanwhile. */
final class Gate {

  /** The agent's end, wherever it is. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final Map<Step.Call, Deque<Step.Fault>> faults = new EnumMap<>(Step.Call.class);
  private final Deque<Step> meanwhile = new ArrayDeque<>();
  private final Consumer<Step> execute;
  private final Consumer<String> trace;
  private boolean apiServerAway;

  /**
   * @param execute what happens meanwhile
   */
  Gate(Consumer<Step> execute, Consumer<String> trace) {
    this.execute = execute;
    this.trace = trace;
  }

  void breakNext(Step.Call call, Step.Fault fault) {
    faults.computeIfAbsent(call, c -> new ArrayDeque<>()).add(fault);
  }

  void during(Step step) {
    meanwhile.add(step);
  }

  void apiServerAway(boolean away) {
    apiServerAway = away;
  }

  boolean isApiServerAway() {
    return apiServerAway;
  }

  void heal() {
    faults.clear();
    meanwhile.clear();
    apiServerAway = false;
  }

  /** What is to go wrong with this call, which is under way now. */
  Optional<Step.Fault> enter(Step.Call call, String what) {
    Deque<Step.Fault> queue = faults.get(call);
    Optional<Step.Fault> fault =
        queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
    if (fault.isEmpty() && apiServerAway && isToApiServer(call)) {
      fault = Optional.of(Step.Fault.FAILS);
    }
    trace.accept("    agent: " + call + " " + what + fault.map(f -> " (" + f + ")").orElse(""));
    return fault;
  }

  private static boolean isToApiServer(Step.Call call) {
    return switch (call) {
      case PATCH, CONFIRM, EXISTS -> true;
      case CREATE, DELETE, LIST, STOP_RUN, TELL_STARTED -> false;
    };
  }

  /** A call that has its effect, or fails before it, or after it. */
  <T, E extends Exception> T call(
      Optional<Step.Fault> fault, Supplier<T> effect, Supplier<E> failure) throws E {
    switch (fault.orElse(null)) {
      case null -> {}
      case KILLED_BEFORE -> throw new Killed();
      case FAILS, THROTTLED, EFFECT_LATER, SWALLOWED -> throw failure.get();
      case KILLED_AFTER, ANSWER_LOST -> {}
    }
    T answer = effect.get();
    if (fault.equals(Optional.of(Step.Fault.KILLED_AFTER))) {
      throw new Killed();
    }
    meanwhile();
    if (fault.isPresent()) {
      throw failure.get();
    }
    return answer;
  }

  private void meanwhile() {
    Step step = meanwhile.poll();
    if (step != null) {
      execute.accept(step);
    }
  }
}
