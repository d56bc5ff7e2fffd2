package dev.outrigger.provider;

/** Tells of the backend as a node. */
@FunctionalInterface
public interface NodeStateSource {

  /**
   * What is so now, or was a minute ago at most. Asked every 10 s; takes at most 5 s.
   *
   * @throws ProviderException when nothing is known now: what was told before stands
   */
  NodeState state() throws ProviderException;
}
