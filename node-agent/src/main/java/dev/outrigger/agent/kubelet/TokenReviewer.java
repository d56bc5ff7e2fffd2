package dev.outrigger.agent.kubelet;

import java.util.Optional;

/** Asks whose bearer token this is. Blocks, for a bounded time. */
public interface TokenReviewer {

  /**
   * @return empty when the token is nobody's
   */
  Optional<UserInfo> review(String token) throws ReviewException, InterruptedException;
}
