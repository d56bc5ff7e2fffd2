package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps the sum of what admitted Pods request within the node's allocatable, as the kubelet's
 * admission does (pkg/kubelet/lifecycle/predicate.go). Safe for concurrent use.
 */
final class Admission {

  /** Why a Pod was not let in: the event's reason and message. */
  record Rejection(String reason, String message) {}

  private final Supplier<Map<String, BigDecimal>> allocatable;
  private final Map<String, Map<String, BigDecimal>> admitted = new HashMap<>(); // guarded by this
  // INVARIANT: totals is the sum over admitted.
  private final Map<String, BigDecimal> totals = new HashMap<>(); // guarded by this

  Admission(Map<String, BigDecimal> allocatable) {
    this(() -> allocatable);
  }

  /**
   * @param allocatable as it is when a Pod comes
   */
  Admission(Supplier<Map<String, BigDecimal>> allocatable) {
    this.allocatable = allocatable;
  }

  /** Lets the Pod in if it fits; a Pod that is in already stays in. */
  synchronized Optional<Rejection> admit(Pod pod) {
    String uid = pod.getMetadata().getUid();
    if (admitted.containsKey(uid)) {
      return Optional.empty();
    }
    Map<String, BigDecimal> requests = PodRequests.of(pod);
    for (var limit : new TreeMap<>(allocatable.get()).entrySet()) {
      BigDecimal requested = requests.getOrDefault(limit.getKey(), BigDecimal.ZERO);
      BigDecimal used = totals.getOrDefault(limit.getKey(), BigDecimal.ZERO);
      if (requested.signum() > 0 && used.add(requested).compareTo(limit.getValue()) > 0) {
        return Optional.of(rejection(limit.getKey(), requested, used, limit.getValue()));
      }
    }
    count(uid, requests);
    return Optional.empty();
  }

  /** Counts a Pod that was let in before this process started, whether it fits or not. */
  synchronized void readmit(Pod pod) {
    if (!admitted.containsKey(pod.getMetadata().getUid())) {
      count(pod.getMetadata().getUid(), PodRequests.of(pod));
    }
  }

  /** Frees what an ended Pod held. */
  synchronized void release(String uid) {
    Map<String, BigDecimal> held = admitted.remove(uid);
    if (held != null) {
      held.forEach((name, amount) -> totals.merge(name, amount.negate(), BigDecimal::add));
    }
  }

  private void count(String uid, Map<String, BigDecimal> requests) {
    admitted.put(uid, requests);
    requests.forEach((name, amount) -> totals.merge(name, amount, BigDecimal::add));
  }

  private static Rejection rejection(
      String resource, BigDecimal requested, BigDecimal used, BigDecimal capacity) {
    BigDecimal unit = BigDecimal.valueOf("cpu".equals(resource) ? 1000 : 1);
    return new Rejection(
        "OutOf" + resource,
        "Node didn't have enough resource: %s, requested: %s, used: %s, capacity: %s"
            .formatted(
                resource,
                whole(requested.multiply(unit)),
                whole(used.multiply(unit)),
                whole(capacity.multiply(unit))));
  }

  private static String whole(BigDecimal value) {
    return value.setScale(0, java.math.RoundingMode.CEILING).toPlainString();
  }
}
