package dev.outrigger.agent.pod;

import dev.outrigger.agent.pod.Step.Call;
import dev.outrigger.agent.pod.Step.Containers;
import dev.outrigger.agent.pod.Step.Fault;
import dev.outrigger.agent.pod.Step.Finding;
import dev.outrigger.agent.pod.Step.Init;
import dev.outrigger.agent.pod.Step.Mould;
import dev.outrigger.agent.pod.Step.Name;
import dev.outrigger.agent.pod.Step.Own;
import dev.outrigger.agent.pod.Step.Policy;
import dev.outrigger.agent.pod.Step.Words;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random schedules. */
final class Schedules {

  private static final int MOST_STEPS = 60;

  private Schedules() {}

  static Arbitrary<List<Step>> any() {
    Arbitrary<List<Step>> steps = Arbitraries.oneOf(list(wild()), list(quiet()));
    return Combinators.combine(create(), steps)
        .as(
            (first, rest) -> {
              List<Step> all = new java.util.ArrayList<>(rest);
              all.addFirst(first);
              return List.copyOf(all);
            });
  }

  private static Arbitrary<List<Step>> list(Arbitrary<Step> steps) {
    return steps.list().ofMinSize(1).ofMaxSize(MOST_STEPS);
  }

  /** Pods get far, since little goes wrong. */
  private static Arbitrary<Step> quiet() {
    return Arbitraries.frequencyOf(
        Tuple.of(12, Arbitraries.just(new Step.CatchUp())),
        Tuple.of(8, agent()),
        Tuple.of(20, run()),
        Tuple.of(4, world()),
        Tuple.of(1, faults()),
        Tuple.of(1, world().map(Step.Meanwhile::new)));
  }

  private static Arbitrary<Step> wild() {
    return Arbitraries.frequencyOf(
        Tuple.of(24, agent()),
        Tuple.of(8, world()),
        Tuple.of(5, faults()),
        Tuple.of(2, world().map(Step.Meanwhile::new)));
  }

  private static Arbitrary<Step> agent() {
    return Arbitraries.frequencyOf(
        Tuple.of(12, number(1, 3).map(Step.Work::new)),
        Tuple.of(8, number(1, 4).map(Step.Tell::new)),
        Tuple.of(8, number(1, 4).map(Step.Hear::new)),
        Tuple.of(1, combine(number(1, 3), Step.TellAgain::new)),
        Tuple.of(1, combine(number(1, 3), Step.HearAgain::new)),
        Tuple.of(1, Arbitraries.just(new Step.Relist())),
        Tuple.of(6, Arbitraries.of(1, 3, 10, 40, 100, 700).map(Step.Pass::new)),
        Tuple.of(1, Arbitraries.of(1, -1, 60, -60, 4000, -4000).map(Step.SetClock::new)),
        Tuple.of(1, Arbitraries.just(new Step.Kill())),
        Tuple.of(3, Arbitraries.just(new Step.Boot())));
  }

  /** What may also happen while a call is under way. */
  private static Arbitrary<Step> world() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, create()),
        Tuple.of(3, combine(Arbitraries.of(5, 0, 30), Step.Delete::new)),
        Tuple.of(1, name().map(Step.DeclareFailed::new)),
        Tuple.of(1, name().map(Step.DeclareUnready::new)),
        Tuple.of(1, name().map(Step.DropFinalizer::new)),
        Tuple.of(28, run()),
        Tuple.of(1, name().map(Step.Vanish::new)),
        Tuple.of(1, Arbitraries.just(new Step.Expire())),
        Tuple.of(1, Arbitraries.just(new Step.EffectsCome())),
        Tuple.of(2, number(1, 4).map(Step.Tell::new)),
        Tuple.of(2, number(1, 4).map(Step.Hear::new)),
        Tuple.of(4, probe()),
        Tuple.of(3, combine(Arbitraries.of(true, false), Step.HookEnds::new)));
  }

  /** What becomes of containers. */
  private static Arbitrary<Step> run() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, name().map(Step.Begin::new)),
        Tuple.of(6, end()),
        Tuple.of(4, loop()),
        Tuple.of(4, name().map(Step.GetOn::new)),
        Tuple.of(1, name().map(Step.StopsItself::new)),
        Tuple.of(3, combine(Arbitraries.of(0, 143, 1), Step.AskedEnds::new)),
        Tuple.of(3, combine(Arbitraries.of(true, true, false), Step.WordsCome::new)),
        Tuple.of(4, stopped()));
  }

  private static Arbitrary<Step> end() {
    return Combinators.combine(name(), number(0, 4), Arbitraries.of(0, 0, 1, 1, 137, -1))
        .as(Step.End::new);
  }

  private static Arbitrary<Step> probe() {
    return Combinators.combine(name(), number(0, 3), Arbitraries.of(Finding.class))
        .as(Step.Probe::new);
  }

  private static Arbitrary<Step> stopped() {
    return Combinators.combine(name(), Arbitraries.of(143, 137, 0, -1), Arbitraries.of(true, false))
        .as(Step.Stopped::new);
  }

  private static Arbitrary<Step> loop() {
    return Combinators.combine(name(), number(0, 3), Arbitraries.of(0, 1, 137)).as(Step.Loop::new);
  }

  private static Arbitrary<Step> faults() {
    return Arbitraries.frequencyOf(
        Tuple.of(
            8,
            Combinators.combine(Arbitraries.of(Call.class), Arbitraries.of(Fault.class))
                .as(Step.Break::new)),
        Tuple.of(1, Arbitraries.just(new Step.ApiServerAway())),
        Tuple.of(2, Arbitraries.just(new Step.ApiServerBack())));
  }

  private static Arbitrary<Step> create() {
    return combine(mould(), Step.Create::new);
  }

  private static Arbitrary<Mould> mould() {
    return Combinators.combine(
            Arbitraries.of(Policy.class),
            containers(),
            Arbitraries.of(0, 0, 0, 20, 300),
            seldom(),
            seldom(),
            seldom(),
            seldom())
        .as(Mould::new);
  }

  private static Arbitrary<Containers> containers() {
    return Combinators.combine(number(1, 2), inits(), Arbitraries.of(Words.class), own())
        .as(Containers::new);
  }

  private static Arbitrary<List<Own>> own() {
    Arbitrary<Own> one =
        Arbitraries.of(
            Own.NONE,
            new Own(Policy.Never, "", List.of()),
            new Own(Policy.OnFailure, "", List.of()),
            new Own(Policy.Always, "", List.of()),
            new Own(Policy.Never, "In", List.of(1)),
            new Own(Policy.Never, "NotIn", List.of(1)),
            new Own(Policy.Never, "In", List.of(137, 143)),
            new Own(Policy.OnFailure, "In", List.of(0, 42)));
    return Arbitraries.oneOf(Arbitraries.just(List.of()), one.list().ofMinSize(1).ofMaxSize(4));
  }

  private static Arbitrary<List<Init>> inits() {
    return Arbitraries.frequency(
        Tuple.of(6, List.of()),
        Tuple.of(2, List.of(Init.ORDINARY)),
        Tuple.of(2, List.of(Init.SIDECAR)),
        Tuple.of(1, List.of(Init.ORDINARY, Init.ORDINARY)),
        Tuple.of(1, List.of(Init.SIDECAR, Init.ORDINARY)),
        Tuple.of(1, List.of(Init.ORDINARY, Init.SIDECAR)),
        Tuple.of(1, List.of(Init.AWAITED)),
        Tuple.of(1, List.of(Init.AWAITED, Init.ORDINARY)),
        Tuple.of(1, List.of(Init.SIDECAR, Init.SIDECAR)));
  }

  private static Arbitrary<Boolean> seldom() {
    return Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true));
  }

  private static Arbitrary<Name> name() {
    return Arbitraries.frequency(Tuple.of(3, Name.A), Tuple.of(1, Name.B));
  }

  private static Arbitrary<Integer> number(int least, int most) {
    return Arbitraries.integers().between(least, most);
  }

  private interface OfPod<T> {
    Step of(Name pod, T value);
  }

  private static <T> Arbitrary<Step> combine(Arbitrary<T> value, OfPod<T> step) {
    return Combinators.combine(name(), value).as(step::of);
  }
}
