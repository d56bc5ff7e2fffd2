package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An API server, a backend and an agent between them, to which a schedule happens. */
final class SteppedWorld {

  /** Marks Pods that somebody else declared failed. */
  static final String DECLARED_FAILED = "declared-failed";

  private static final Duration LONG = Duration.ofHours(3);
  private static final int MOST_TURNS = 4000;
  private static final int MOST_AT_ONCE = 300;
  private static final int MOST_KEYS = 20;

  private final VirtualTime time = new VirtualTime();
  private final Consumer<String> trace;
  private final Step.Kind kind;
  private final Gate gate;
  private final LifeJudge judge = new LifeJudge(time, this::told);
  private final SteppedApi api;
  private final SteppedBackend backend;
  private final SettledJudge settledJudge;
  private final Map<Step.Name, Integer> created = new EnumMap<>(Step.Name.class);
  private @Nullable SteppedAgent agent;

  /**
   * @param trace is told what happens
   */
  SteppedWorld(Step.Kind kind, Consumer<String> trace) {
    this.kind = kind;
    this.trace = trace;
    this.gate = new Gate(this::happen, trace);
    this.api = new SteppedApi(gate, time, judge);
    this.backend = new SteppedBackend(kind, gate, time, judge);
    this.settledJudge = new SettledJudge(api, backend, time, kind);
    judge.watch(api, backend, () -> Optional.ofNullable(agent));
  }

  /** Throws an AssertionError that says what is wrong. */
  void live(List<Step> steps) {
    try {
      boot();
      steps.forEach(this::happen);
      trace.accept("everything heals");
      settle();
      settledJudge.settled(agent());
      trace.accept("everything is deleted");
      api.list().forEach(this::end);
      settle();
      settledJudge.settled(agent());
      LifeJudge.check(api.list().isEmpty(), "Pods are left: " + api.list());
      LifeJudge.check(
          agent().admission().admit(Moulds.largest()).isEmpty(), "admission holds what is gone");
    } finally {
      kill();
    }
  }

  private Optional<Pod> told(String uid) {
    return Optional.ofNullable(agent).flatMap(a -> a.told(uid));
  }

  private void end(Pod pod) {
    api.delete(pod, 5);
    api.withUid(pod.getMetadata().getUid())
        .filter(p -> !p.getMetadata().getFinalizers().isEmpty())
        .ifPresent(api::dropFinalizer);
  }

  private SteppedAgent agent() {
    if (agent == null) {
      throw new IllegalStateException("the agent is dead");
    }
    return agent;
  }

  private void happen(Step step) {
    trace.accept(step.toString());
    switch (step) {
      case Step.Create c -> create(c);
      case Step.Delete d -> api.pod(d.pod().name()).ifPresent(p -> api.delete(p, d.grace()));
      case Step.DeclareFailed f -> api.pod(f.pod().name()).ifPresent(api::declareFailed);
      case Step.DeclareUnready u -> api.pod(u.pod().name()).ifPresent(api::declareUnready);
      case Step.DropFinalizer f -> api.pod(f.pod().name()).ifPresent(api::dropFinalizer);
      case Step.Tell tell -> repeat(tell.changes(), SteppedAgent::tellNext);
      case Step.TellAgain t -> withAgent(a -> a.tellAgain(t.pod().name(), t.back()));
      case Step.Relist r -> withAgent(SteppedAgent::relist);
      case Step.Begin b -> live(b.pod(), SteppedRun::begin);
      case Step.GetOn g -> live(g.pod(), this::getOn);
      case Step.End e -> live(e.pod(), r -> Course.end(r, e.container(), code(e.code())));
      case Step.Loop l -> live(l.pod(), r -> loop(r, l));
      case Step.StopsItself s -> live(s.pod(), SteppedRun::stop);
      case Step.AskedEnds a -> live(a.pod(), r -> Course.askedEnds(r, code(a.code())));
      case Step.Stopped s -> live(s.pod(), r -> Course.stopped(r, s.all(), code(s.code())));
      case Step.WordsCome w ->
          run(w.pod(), r -> withAgent(a -> a.care().wordsCome(uid(r), w.readable())));
      case Step.Vanish v -> run(v.pod(), backend::remove);
      case Step.Expire e -> backend.expire();
      case Step.EffectsCome e -> backend.effectsCome();
      case Step.Hear h -> repeat(h.observations(), SteppedAgent::hearNext);
      case Step.HearAgain h -> run(h.pod(), r -> withAgent(a -> a.hearAgain(r, h.back())));
      case Step.Probe p -> run(p.pod(), r -> withAgent(a -> probe(a, r, p)));
      case Step.HookEnds h ->
          run(h.pod(), r -> withAgent(a -> a.care().hookEnds(uid(r), h.well())));
      case Step.Break b -> gate.breakNext(b.call(), b.fault());
      case Step.ApiServerAway a -> gate.apiServerAway(true);
      case Step.ApiServerBack b -> gate.apiServerAway(false);
      case Step.Pass p -> time.pass(Duration.ofSeconds(p.seconds()));
      case Step.SetClock s -> time.setClock(Duration.ofSeconds(s.seconds()));
      case Step.Work w -> work(w.keys());
      case Step.CatchUp c -> catchUp();
      case Step.Kill k -> kill();
      case Step.Boot b -> boot();
      case Step.Meanwhile m -> gate.during(m.step());
    }
  }

  private void create(Step.Create step) {
    String name = step.pod().name();
    if (api.pod(name).isEmpty()) {
      int number = created.merge(step.pod(), 1, Integer::sum);
      api.put(Moulds.pod(name, name + number, possible(step.mould())));
    }
  }

  /** A backend of single runs has no init containers, and only hosts know of containers' own. */
  private Step.Mould possible(Step.Mould mould) {
    Step.Containers all = mould.containers();
    if (kind == Step.Kind.HOST) {
      return mould;
    }
    List<Step.Init> inits =
        all.inits().stream()
            .filter(i -> kind == Step.Kind.TASKS)
            .map(i -> i == Step.Init.AWAITED ? Step.Init.SIDECAR : i)
            .toList();
    return new Step.Mould(
        mould.policy(),
        new Step.Containers(all.mains(), inits, all.words()),
        mould.deadline(),
        mould.preStop(),
        mould.postStart(),
        mould.finalizer(),
        mould.refused());
  }

  private static String uid(SteppedRun run) {
    return run.attempt.key().uid();
  }

  private static OptionalInt code(int code) {
    return code < 0 ? OptionalInt.empty() : OptionalInt.of(code);
  }

  private static void probe(SteppedAgent agent, SteppedRun run, Step.Probe step) {
    if (step.container() < run.roles().size()) {
      agent.care().probe(uid(run), run.spec(step.container()), step.finding());
    }
  }

  /** Until what waits to be started again is due. */
  private void getOn(SteppedRun run) {
    SteppedBackend.nextDue(run).ifPresent(this::passUntil);
    Course.getOn(run);
  }

  private void passUntil(Duration at) {
    if (at.compareTo(time.passed()) > 0) {
      time.pass(at.minus(time.passed()));
    }
  }

  /** A backend of single runs starts nothing again. */
  private void loop(SteppedRun run, Step.Loop step) {
    if (kind != Step.Kind.ONCE) {
      run.loop(step.container(), code(step.code()));
    }
  }

  private void live(Step.Name name, Consumer<SteppedRun> what) {
    run(
        name,
        run -> {
          if (run.isLive()) {
            what.accept(run);
          }
        });
  }

  /** The latest that was started under this name. */
  private void run(Step.Name name, Consumer<SteppedRun> what) {
    List<SteppedRun> runs = new ArrayList<>();
    for (int i = 1; i <= created.getOrDefault(name, 0); i++) {
      runs.addAll(backend.runs(name.name() + i));
    }
    if (!runs.isEmpty()) {
      what.accept(
          runs.reversed().stream().filter(SteppedRun::isLive).findFirst().orElse(runs.getLast()));
    }
  }

  private void withAgent(Consumer<SteppedAgent> what) {
    Optional.ofNullable(agent).ifPresent(what);
  }

  private interface Turn {
    boolean of(SteppedAgent agent);
  }

  private void repeat(int times, Turn turn) {
    for (int i = 0; i < times && agent != null && turn.of(agent); i++) {
      // What was to be done is done by the turn.
    }
  }

  private void work(int keys) {
    try {
      repeat(keys, SteppedAgent::work);
    } catch (Gate.Killed e) {
      kill();
    }
  }

  private void catchUp() {
    repeat(MOST_AT_ONCE, SteppedAgent::tellNext);
    repeat(MOST_AT_ONCE, SteppedAgent::hearNext);
    work(MOST_KEYS);
  }

  private void kill() {
    if (agent != null) {
      trace.accept("    the agent is dead");
      agent.kill();
      agent = null;
    }
  }

  private void boot() {
    if (agent == null && !gate.isApiServerAway()) {
      try {
        agent = new SteppedAgent(api, backend, time, kind);
      } catch (Gate.Killed e) {
        api.watch(Optional.empty());
        backend.listener(Optional.empty());
      }
    }
  }

  /** Until nothing is to be done any more, for long. */
  private void settle() {
    gate.heal();
    backend.effectsCome();
    boot();
    Duration end = time.passed().plus(LONG);
    int atOnce = 0;
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      backend.all().forEach(Course::heals);
      agent().care().allHooksEnd();
      agent().care().allStart(Step.Name.A.name());
      boolean said = agent().care().allWordsCome();
      boolean told = agent().tellNext();
      boolean heard = agent().hearNext();
      boolean moved = agent().work() || said || told || heard;
      LifeJudge.check(++atOnce < MOST_AT_ONCE, "the agent does not come to rest");
      if (!moved) {
        Optional<Duration> next =
            Stream.concat(agent().queue().nextTimer().stream(), backend.nextDue().stream())
                .min(Duration::compareTo);
        if (next.isEmpty() || next.get().compareTo(end) > 0) {
          return;
        }
        passUntil(next.get());
        atOnce = 0;
      }
    }
    throw new AssertionError("the agent does not come to rest");
  }
}
