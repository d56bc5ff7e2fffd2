package dev.outrigger.agent.kubelet;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks the API server: TokenReview and SubjectAccessReview. */
public final class KubernetesReviewers implements TokenReviewer, AccessReviewer {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final KubernetesClient client;

  /**
   * @param client stays the caller's to close
   */
  public KubernetesReviewers(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public Optional<UserInfo> review(String token) throws ReviewException, InterruptedException {
    TokenReview review = new TokenReviewBuilder().withNewSpec().withToken(token).endSpec().build();
    TokenReview answer = within("TokenReview", () -> client.tokenReviews().create(review));
    return answer == null ? Optional.empty() : user(answer.getStatus());
  }

  @Override
  public boolean allowed(UserInfo user, NodeAccess access)
      throws ReviewException, InterruptedException {
    SubjectAccessReview review = accessReview(user, access);
    SubjectAccessReview answer =
        within(
            "SubjectAccessReview",
            () -> client.authorization().v1().subjectAccessReview().create(review));
    return answer != null
        && answer.getStatus() != null
        && Boolean.TRUE.equals(answer.getStatus().getAllowed())
        && !Boolean.TRUE.equals(answer.getStatus().getDenied());
  }

  static SubjectAccessReview accessReview(UserInfo user, NodeAccess access) {
    return new SubjectAccessReviewBuilder()
        .withNewSpec()
        .withUser(user.name())
        .withUid(user.uid().isEmpty() ? null : user.uid())
        .withGroups(user.groups())
        .withExtra(user.extra().isEmpty() ? null : user.extra())
        .withNewResourceAttributes()
        .withVerb(access.verb())
        .withVersion("v1")
        .withResource("nodes")
        .withSubresource(access.subresource())
        .withName(access.node())
        .endResourceAttributes()
        .endSpec()
        .build();
  }

  static Optional<UserInfo> user(@Nullable TokenReviewStatus status) {
    if (status == null
        || !Boolean.TRUE.equals(status.getAuthenticated())
        || status.getUser() == null
        || status.getUser().getUsername() == null) {
      return Optional.empty();
    }
    var user = status.getUser();
    return Optional.of(
        new UserInfo(
            user.getUsername(),
            orElse(user.getUid(), ""),
            orElse(user.getGroups(), List.of()),
            orElse(user.getExtra(), Map.of())));
  }

  private static <T> T orElse(@Nullable T value, T absent) {
    return value == null ? absent : value;
  }

  /** The client's own time-outs count per try; this one bounds the whole call. */
  private static <T> T within(String what, Callable<T> call)
      throws ReviewException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofVirtual().name("kubelet-review").start(task);
    try {
      return task.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ReviewException(what + " failed", e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new ReviewException(what + " was not answered within " + DEADLINE, e);
    } finally {
      task.cancel(true);
    }
  }
}
