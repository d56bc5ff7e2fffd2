package dev.outrigger.simulator.ecs;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where the containers of one task run. Used by the task's thread and those of its containers; its
 * calls may block.
 */
interface TaskHost extends AutoCloseable {

  /** The task's own address, at which its ports are reached. */
  String address();

  /** Where a session looks for a port of the task, in this order. */
  List<String> portAddresses();

  /**
   * Sees that there is an image.
   *
   * @return its digest
   */
  String pull(TaskPlan.Container container) throws StartException;

  /**
   * Starts a container that was pulled, for the first time or again.
   *
   * @param environment beside the image's own
   * @param lines gets its output
   */
  RunningContainer start(
      TaskPlan.Container container, Map<String, String> environment, Consumer<String> lines)
      throws StartException;

  /** Removes what the task leaves behind; its containers have ended. */
  @Override
  void close();
}
