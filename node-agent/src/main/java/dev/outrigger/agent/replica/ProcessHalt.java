package dev.outrigger.agent.replica;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends this process with exit code 1 and without shutdown hooks: they would tell the API server
 * things that a successor may have changed.
 */
final class ProcessHalt implements Halt {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessHalt.class);

  @Override
  public void because(String reason) {
    LOG.atError()
        .addKeyValue("reason", reason)
        .log("this replica may not act any more, and ends; workloads go on");
    Runtime.getRuntime().halt(1);
  }
}
