package dev.outrigger.testbed.bench;

/** What serves the node: a process of its own. */
interface Contestant extends AutoCloseable {
  String name();

  /** The node whose Pods it makes Running. */
  String node();

  long pid();

  @Override
  void close();
}
