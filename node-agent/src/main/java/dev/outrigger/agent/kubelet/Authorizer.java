package dev.outrigger.agent.kubelet;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a caller may do what it asks, by SubjectAccessReview. Who is an administrator is
 * the API server's knowledge alone. One instance may serve several nodes.
 *
 * <p>A yes is kept for the kubelet's 5 minutes, a no for its 30 seconds.
 */
public final class Authorizer {

  static final Duration LIFE_OF_YES = Duration.ofMinutes(5);
  static final Duration LIFE_OF_NO = Duration.ofSeconds(30);
  private static final int CAPACITY = 4096;

  private record Question(UserInfo user, NodeAccess access) {}

  private final AccessReviewer reviewer;
  private final ExpiringCache<Question, Boolean> answers;

  public Authorizer(AccessReviewer reviewer, Clock clock) {
    this.reviewer = reviewer;
    this.answers = new ExpiringCache<>(clock, CAPACITY);
  }

  /** Whether one of the questions is answered by yes; asked in order, no more than needed. */
  boolean allowed(UserInfo user, List<NodeAccess> questions)
      throws ReviewException, InterruptedException {
    for (NodeAccess access : questions) {
      if (allowed(new Question(user, access))) {
        return true;
      }
    }
    return false;
  }

  private boolean allowed(Question question) throws ReviewException, InterruptedException {
    Optional<Boolean> remembered = answers.get(question);
    if (remembered.isPresent()) {
      return remembered.get();
    }
    boolean yes = reviewer.allowed(question.user(), question.access());
    answers.put(question, yes, yes ? LIFE_OF_YES : LIFE_OF_NO);
    return yes;
  }
}
