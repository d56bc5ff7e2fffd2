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
  KEEPS_ENDED
}
