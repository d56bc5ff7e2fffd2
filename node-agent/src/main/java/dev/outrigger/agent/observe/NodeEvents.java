package dev.outrigger.agent.observe;

/** Tells of what concerns a Node as a whole. Does not block; may drop. */
public interface NodeEvents {

  /** A Warning event on the Node. */
  void warning(String reason, String message);
}
