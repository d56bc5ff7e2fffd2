package dev.outrigger.simulator.secrets;

import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;

/** The secrets of all regions, by ARN. Thread-safe. */
public final class SecretStore {
  private final StateTable table;
  private final ConcurrentMap<String, Secret> byArn = new ConcurrentHashMap<>();

  /** Restores what an earlier run kept. */
  public SecretStore(StateStore state) {
    this.table = state.table("secrets");
    table.restored().forEach((arn, node) -> byArn.put(arn, Secret.ofState(node)));
  }

  /** Adds a secret; false when its region has one of that name. */
  synchronized boolean add(Secret secret, String region) {
    if (find(secret.name(), region).isPresent()) {
      return false;
    }
    byArn.put(secret.arn(), secret);
    table.put(secret.arn(), secret.toState());
    return true;
  }

  /** By full ARN, by ARN without the random suffix, or by name in a region. */
  Optional<Secret> find(String id, String region) {
    Secret exact = byArn.get(id);
    if (exact != null) {
      return Optional.of(exact);
    }
    return byArn.values().stream()
        .filter(
            secret ->
                id.startsWith("arn:")
                    ? secret.arn().substring(0, secret.arn().length() - 7).equals(id)
                    : secret.name().equals(id) && secret.arn().contains(":" + region + ":"))
        .findFirst();
  }

  synchronized Optional<Secret> update(String arn, UnaryOperator<Secret> change) {
    Secret changed = byArn.computeIfPresent(arn, (key, secret) -> change.apply(secret));
    if (changed != null) {
      table.put(arn, changed.toState());
    }
    return Optional.ofNullable(changed);
  }

  void remove(String arn) {
    byArn.remove(arn);
    table.remove(arn);
  }

  List<Secret> all() {
    return List.copyOf(byArn.values());
  }

  /**
   * What an ECS {@code secrets.valueFrom} yields: {@code ARN} or {@code ARN:json-key:stage:id} of
   * which the trailing parts may be empty.
   *
   * @return the value; empty when there is no such secret or key
   */
  public Optional<String> resolve(String valueFrom, String region) {
    String[] parts = valueFrom.split(":", -1);
    boolean isArn = valueFrom.startsWith("arn:");
    String id =
        isArn && parts.length > 7 ? String.join(":", List.of(parts).subList(0, 7)) : valueFrom;
    String jsonKey = isArn && parts.length > 7 ? parts[7] : "";
    String stage = isArn && parts.length > 8 ? parts[8] : "";
    return find(id, region)
        .flatMap(
            secret ->
                secret.versions().stream()
                    .filter(v -> secret.stages(v).contains(stage.isEmpty() ? "AWSCURRENT" : stage))
                    .findFirst())
        .flatMap(version -> Optional.ofNullable(version.text()))
        .flatMap(
            text -> jsonKey.isEmpty() ? Optional.of(text) : Json.text(Json.parse(text), jsonKey));
  }
}
