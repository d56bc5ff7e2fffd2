package dev.outrigger.agent.kubelet;

/** Asks whether a user may do something to a node. Blocks, for a bounded time. */
public interface AccessReviewer {

  boolean allowed(UserInfo user, NodeAccess access) throws ReviewException, InterruptedException;
}
