package dev.outrigger.agent.replica;

/** Ends the process at once, whatever else it is doing. Comes back in tests only. */
@FunctionalInterface
interface Halt {

  void because(String reason);
}
