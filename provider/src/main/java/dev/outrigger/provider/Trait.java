package dev.outrigger.provider;

/** What is so of some backends and not of others ({@link Capabilities#has}). */
public enum Trait {
  /**
   * A Pod is a single run by nature (a Lambda invocation): {@code restartPolicy: Always} does not
   * start it again after it has ended. The agent restarts what needs restarting otherwise, each
   * time as a new attempt.
   */
  ONE_SHOT,

  /**
   * Containers reach the cluster addresses of Services: they are told of them by environment
   * variables.
   */
  CLUSTER_NETWORK,

  /**
   * Restartable init containers are what {@link Sidecars} says; a Pod with one is refused
   * otherwise.
   */
  SIDECARS,

  /**
   * The backend starts containers again by itself within an attempt, each alone, as a kubelet does:
   * a main container as {@link RestartRules} say of its exit code; an ordinary init container
   * likewise when that is not 0, before anything after it starts. The first time at once, then
   * after 10 s, doubling to 5 min, and at once again after a run of more than 10 min. Meanwhile the
   * container is {@link ContainerState.Waiting}, with the reason {@code CrashLoopBackOff} where
   * there is something to wait for, and {@link ContainerObservation#restarts} and {@link
   * ContainerObservation#last} tell of the runs before. It is {@link ContainerState.Terminated}
   * only when it will not be started again in this attempt: then another attempt may follow.
   *
   * <p>The agent asks for the end of a run that has failed a probe or a hook ({@link
   * Provider#stopContainer}).
   *
   * <p>A {@link PodAttempt} that asks for a log, a command or a connection is that of a
   * <em>run</em>: its number is that of an attempt and of the container's restarts in it together,
   * so that it means the latest attempt whose number is not greater, and in it that run, or the
   * latest if there were not so many. Each run of a container that is no sidecar has a log of its
   * own, of which the last two are kept; commands go to the current run. The number of the next
   * attempt is greater than that of any run before.
   */
  CONTAINER_RESTARTS,

  /**
   * The backend mounts the files of volumes and takes changed ones while a Pod runs ({@link
   * Provider#updateVolumes}). Only such a one is given service-account tokens, which have to be
   * renewed.
   */
  LIVE_VOLUMES,

  /**
   * What has ended keeps something (files) until {@link Provider#delete}, which the agent therefore
   * calls for each Pod that is gone, also when all of it had ended by itself. Other backends forget
   * by themselves, and are spared the call.
   */
  KEEPS_ENDED,

  /**
   * Environment variables may come from files that containers of the Pod have written, as {@link
   * FileKeys} says and {@link ContainerWork#atStart} asks; a Pod with one is refused otherwise.
   */
  FILE_KEYS
}
