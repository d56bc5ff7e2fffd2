package dev.outrigger.agent.replica;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Leases as an API server keeps them: a version each, writes only by the one that was read. */
final class FakeLeases implements Leases {

  private final Map<String, Lease> leases = new TreeMap<>();
  private int version;
  private boolean away;
  private boolean losesAnswers;
  private Runnable meanwhile = () -> {};

  synchronized void away(boolean now) {
    away = now;
  }

  /** From now on writes are done, and their answers lost. */
  synchronized void losesAnswers(boolean now) {
    losesAnswers = now;
  }

  /** What happens while the next request is under way. */
  synchronized void meanwhile(Runnable event) {
    meanwhile = event;
  }

  synchronized String holder(String name) {
    return Optional.ofNullable(leases.get(name))
        .map(lease -> lease.getSpec().getHolderIdentity())
        .orElse("");
  }

  synchronized Optional<Lease> lease(String name) {
    return Optional.ofNullable(leases.get(name));
  }

  synchronized List<String> names() {
    return List.copyOf(leases.keySet());
  }

  /** As somebody else: whatever is there. */
  synchronized void remove(String name) {
    leases.remove(name);
  }

  @Override
  public synchronized Optional<Lease> find(String name) {
    arrive();
    return Optional.ofNullable(leases.get(name));
  }

  @Override
  public synchronized Lease create(Lease lease) {
    arrive();
    if (leases.containsKey(lease.getMetadata().getName())) {
      throw refusal(409);
    }
    return answered(stored(lease));
  }

  @Override
  public synchronized Lease update(Lease lease) {
    arrive();
    require(lease);
    return answered(stored(lease));
  }

  @Override
  public synchronized void delete(Lease lease) {
    arrive();
    if (leases.containsKey(lease.getMetadata().getName())) {
      require(lease);
      leases.remove(lease.getMetadata().getName());
    }
  }

  @Override
  public synchronized List<Lease> labelled(String key, String value) {
    arrive();
    return leases.values().stream()
        .filter(lease -> lease.getMetadata().getLabels() != null)
        .filter(lease -> value.equals(lease.getMetadata().getLabels().get(key)))
        .toList();
  }

  private void arrive() {
    Runnable event = meanwhile;
    meanwhile = () -> {};
    event.run();
    if (away) {
      throw new KubernetesClientException("connection refused");
    }
  }

  private void require(Lease lease) {
    Lease there = leases.get(lease.getMetadata().getName());
    if (there == null) {
      throw refusal(404);
    }
    String read = lease.getMetadata().getResourceVersion();
    if (!there.getMetadata().getResourceVersion().equals(read)) {
      throw refusal(409);
    }
  }

  private Lease stored(Lease lease) {
    Lease kept =
        new LeaseBuilder(lease)
            .editMetadata()
            .withResourceVersion(Integer.toString(++version))
            .endMetadata()
            .build();
    leases.put(kept.getMetadata().getName(), kept);
    return kept;
  }

  private Lease answered(Lease kept) {
    if (losesAnswers) {
      throw new KubernetesClientException("timeout");
    }
    return kept;
  }

  private static KubernetesClientException refusal(int code) {
    return new KubernetesClientException("refused", code, null);
  }
}
