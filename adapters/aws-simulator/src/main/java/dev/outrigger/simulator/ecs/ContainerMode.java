package dev.outrigger.simulator.ecs;

import java.util.Locale;

/** What a task's containers are. */
public enum ContainerMode {
  /**
   * Those of a Docker engine where one answers, this host is in its network, and it has or can pull
   * every image of the task; processes otherwise.
   */
  AUTO,
  /** Those of a Docker engine. */
  DOCKER,
  /** Processes of this host. */
  PROCESSES;

  /** The word that people write. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
