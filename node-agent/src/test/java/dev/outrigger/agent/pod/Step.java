package dev.outrigger.agent.pod;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that happens to an agent, or that it gets round to. */
sealed interface Step {

  /** Pods have one of two names; a name is used again once its Pod has gone. */
  enum Name {
    A,
    B
  }

  /** A call of the agent's. */
  enum Call {
    CREATE,
    DELETE,
    LIST,
    PATCH,
    CONFIRM,
    EXISTS,
    STOP_RUN,
    TELL_STARTED
  }

  /** A kind of backend. */
  enum Kind {
    /** Each Pod is a single run of its main containers. */
    ONCE,
    /** Starts no single container again but sidecars, unless it does so unasked. */
    TASKS,
    /** Starts each container again alone. */
    HOST
  }

  /** How a call goes wrong. */
  enum Fault {
    /** Nothing happens, and the agent is told. */
    FAILS,
    /** Too many calls of the backend; as {@link #FAILS} for the API server. */
    THROTTLED,
    /** It has its effect, but the agent is told that it failed. */
    ANSWER_LOST,
    /** The agent is killed before the call has its effect. */
    KILLED_BEFORE,
    /** The agent is killed after the call has had its effect. */
    KILLED_AFTER,
    /** The agent is told that it failed; a creation has its effect some time later. */
    EFFECT_LATER,
    /** The agent is told that it was done; a deletion has no effect all the same. */
    SWALLOWED
  }

  /** What probes find of a running container. */
  enum Finding {
    READY,
    UNREADY,
    UNWELL
  }

  /** Somebody creates a Pod, unless there is one of that name. */
  record Create(Name pod, Mould mould) implements Step {}

  /** Somebody deletes the Pod; a grace of 0 forces it out. */
  record Delete(Name pod, int grace) implements Step {}

  /** Somebody else than the agent writes the phase Failed. */
  record DeclareFailed(Name pod) implements Step {}

  /** The node life-cycle controller writes that the Pod is not ready. */
  record DeclareUnready(Name pod) implements Step {}

  /** Whoever holds the deleted Pod by a finalizer lets it go. */
  record DropFinalizer(Name pod) implements Step {}

  /** The watch tells the agent its next changes. */
  record Tell(int changes) implements Step {}

  /** The watch tells an older state of the Pod again, and then what is so. */
  record TellAgain(Name pod, int back) implements Step {}

  /** The watch breaks; what it had not told is only seen from a new list. */
  record Relist() implements Step {}

  /** The backend's containers that wait come to run. */
  record Begin(Name pod) implements Step {}

  /** The backend gets on with the Pod: init containers that run end well, and what waits begins. */
  record GetOn(Name pod) implements Step {}

  /** The backend is on its way to stop the Pod, and nobody has asked for it. */
  record StopsItself(Name pod) implements Step {}

  /** Logs that the agent reads are there, or turn out not to be. */
  record WordsCome(Name pod, boolean readable) implements Step {}

  /**
   * A container ends by itself. A sidecar waits then to run again while others run.
   *
   * @param container its index; all of them if there is none of that index
   * @param code -1 is unknown; where containers are started again, their supervisor was killed
   */
  record End(Name pod, int container, int code) implements Step {}

  /**
   * A container ends that the backend starts again by itself, if the Pod's policy has it so; it
   * waits then.
   *
   * @param container its index; none if there is none of that index
   */
  record Loop(Name pod, int container, int code) implements Step {}

  /**
   * What was asked to stop ends: sidecars after all others, one by one.
   *
   * @param all whether at once
   */
  record Stopped(Name pod, int code, boolean all) implements Step {}

  /** Somebody removes the workload behind the agent's back. */
  record Vanish(Name pod) implements Step {}

  /** The backend forgets workloads that ended long ago. */
  record Expire() implements Step {}

  /** Creations whose effect was to come later have it. */
  record EffectsCome() implements Step {}

  /** The provider tells the agent its next observations. */
  record Hear(int observations) implements Step {}

  /** The provider tells an older observation of the Pod again. */
  record HearAgain(Name pod, int back) implements Step {}

  /**
   * Probes find something.
   *
   * @param container its index; of one that is not probed, nothing
   */
  record Probe(Name pod, int container, Finding finding) implements Step {}

  /** The containers end that were asked to, alone. */
  record AskedEnds(Name pod, int code) implements Step {}

  /** A lifecycle hook that runs ends. */
  record HookEnds(Name pod, boolean well) implements Step {}

  /** The next call of this kind goes wrong. */
  record Break(Call call, Fault fault) implements Step {}

  record ApiServerAway() implements Step {}

  record ApiServerBack() implements Step {}

  /** Time passes, for timers and for the clock. */
  record Pass(int seconds) implements Step {}

  /** The clock is set; no time passes. */
  record SetClock(int seconds) implements Step {}

  /** The agent handles keys that wait. */
  record Work(int keys) implements Step {}

  /** The agent is told of everything, hears of everything and does all that is to be done now. */
  record CatchUp() implements Step {}

  record Kill() implements Step {}

  record Boot() implements Step {}

  /** While the next call of the agent's is under way, this happens. */
  record Meanwhile(Step step) implements Step {}

  /**
   * What a Pod is made from.
   *
   * @param deadline in seconds; 0 for none
   * @param refused by the provider
   */
  record Mould(
      Policy policy,
      Containers containers,
      int deadline,
      boolean preStop,
      boolean postStart,
      boolean finalizer,
      boolean refused) {}

  /** What a Pod consists of. */
  record Containers(int mains, List<Init> inits, Words words, List<Own> own) {

    /** By the Pod's policy alone. */
    Containers(int mains, List<Init> inits, Words words) {
      this(mains, inits, words, List.of());
    }

    /** Of the container of this index that is no sidecar, if it has any. */
    Own own(int index) {
      return index < own.size() ? own.get(index) : Own.NONE;
    }
  }

  /** A kind of init container. */
  enum Init {
    ORDINARY,
    SIDECAR,
    /** A sidecar with a start-up probe. */
    AWAITED
  }

  /**
   * What a container says of its own restarts.
   *
   * @param policy null for none
   * @param operator of its rule, if codes are listed
   */
  record Own(@Nullable Policy policy, String operator, List<Integer> codes) {
    static final Own NONE = new Own(null, "", List.of());
  }

  /** Where containers say something as they end. */
  enum Words {
    NONE,
    FILE,
    LOG
  }

  /** As {@code spec.restartPolicy} is written. */
  enum Policy {
    Never,
    OnFailure,
    Always
  }
}
