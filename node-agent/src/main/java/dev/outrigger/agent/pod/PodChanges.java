package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What one state of a Pod, as the API server tells it, is beside another. Pure. */
final class PodChanges {

  private PodChanges() {}

  /** Whether something is another that a decision rests on, but for the status. */
  static boolean matter(@Nullable Pod before, Pod seen) {
    if (before == null || !seen.getSpec().getReadinessGates().isEmpty()) {
      return true;
    }
    ObjectMeta was = before.getMetadata();
    ObjectMeta is = seen.getMetadata();
    return !Objects.equals(before.getSpec(), seen.getSpec())
        || !Objects.equals(was.getDeletionTimestamp(), is.getDeletionTimestamp())
        || !Objects.equals(was.getDeletionGracePeriodSeconds(), is.getDeletionGracePeriodSeconds());
  }

  /** Versions of one resource are numbers that grow (KEP-5504). */
  static boolean isOlder(Pod seen, Pod known) {
    return version(seen).isPresent()
        && version(known).isPresent()
        && version(seen).getAsLong() < version(known).getAsLong();
  }

  private static OptionalLong version(Pod pod) {
    try {
      return OptionalLong.of(Long.parseLong(pod.getMetadata().getResourceVersion()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
