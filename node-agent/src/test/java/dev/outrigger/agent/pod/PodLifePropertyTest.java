package dev.outrigger.agent.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The life of Pods, whatever happens in whatever order: random schedules of what users, the watch,
 * the backend, probes, hooks, faults, the clock and kills do, step by step in virtual time, against
 * a real {@link PodController}. {@link LifeJudge} looks at every act of the agent, {@link
 * SettledJudge} at what is so in the end. A schedule that fails is printed as the list of its
 * steps, with what the agent did at each.
 *
 * <p>There are backends that run a Pod once, that start no single container again, and that start
 * each again alone, by the rules and the policies of Pods and containers (KEP-5307) and at the
 * kubelet's pace, until their supervisor is killed. Pods have ordinary init containers and
 * sidecars, which the backend starts and ends in their order, some only once their start-up probe
 * has succeeded; any container may fail a probe, in any run; and containers say something as they
 * end, in a file or a log that may come late or never. {@link KubeletModel} and {@link
 * KubeletRules} say by the kubelet's rules what the backend's runs make of a Pod, {@link
 * InitJudge}, {@link WordsJudge} and {@link RunsJudge} look at each status that is written, and at
 * each run that is stopped, {@link PaceJudge} at when attempts follow one another.
 *
 * <p>The seed is fixed; {@code -Djqwik.tries.default=100000} runs more schedules (the default is in
 * {@code junit-platform.properties}), and other ones, since the number decides how they are drawn.
 * What it has found is in {@link FoundSchedulesTest}. Recorded on 2026-11-22: seed 1, up to 61
 * steps, 100,000 schedules, none fails; 7.5 min of processor.
 */
final class PodLifePropertyTest {

  /** Of the class that tells of the agent's own mistakes. */
  private static final Logger MISTAKES = Logger.getLogger(PodFailures.class.getName());

  private static final Logger OTHERS = Logger.getLogger(PodController.class.getName());

  @Property(seed = "1", edgeCases = EdgeCasesMode.NONE)
  void podLivesAsTheModelSays(
      @ForAll("kinds") Step.Kind kind, @ForAll("schedules") List<Step> schedule) {
    List<LogRecord> mistakes = new ArrayList<>();
    OTHERS.setLevel(Level.OFF);
    MISTAKES.setLevel(Level.SEVERE);
    MISTAKES.setUseParentHandlers(false);
    Handler handler = new Recorder(mistakes);
    MISTAKES.addHandler(handler);
    try {
      new SteppedWorld(kind, line -> {}).live(schedule);
      if (!mistakes.isEmpty()) {
        throw new AssertionError("a mistake of the agent's", mistakes.getFirst().getThrown());
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(e.getMessage() + " on " + kind + told(kind, schedule), e);
    } finally {
      MISTAKES.removeHandler(handler);
    }
  }

  /** The schedule again, with what the agent does. */
  private static String told(Step.Kind kind, List<Step> schedule) {
    List<String> lines = new ArrayList<>();
    try {
      new SteppedWorld(kind, lines::add).live(schedule);
    } catch (AssertionError | RuntimeException e) {
      lines.add("=> " + e.getMessage());
    }
    return "\n" + String.join("\n", lines);
  }

  @Provide
  Arbitrary<Step.Kind> kinds() {
    return Arbitraries.frequency(
        Tuple.of(1, Step.Kind.ONCE), Tuple.of(2, Step.Kind.TASKS), Tuple.of(4, Step.Kind.HOST));
  }

  @Provide
  Arbitrary<List<Step>> schedules() {
    return Schedules.any();
  }

  private static final class Recorder extends Handler {
    private final List<LogRecord> mistakes;

    Recorder(List<LogRecord> mistakes) {
      this.mistakes = mistakes;
    }

    @Override
    public void publish(LogRecord entry) {
      mistakes.add(entry);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
