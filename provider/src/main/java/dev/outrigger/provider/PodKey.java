package dev.outrigger.provider;

import java.util.Objects;

/**
 * Names one Pod for its whole life. Two Pods of the same namespace and name, one after the other,
 * differ in {@code uid}: only the UID identifies, the names are for people and for the backend's
 * tags. Equality is by UID alone.
 */
public record PodKey(String uid, String namespace, String name) {

  public PodKey {
    if (uid.isBlank() || namespace.isBlank() || name.isBlank()) {
      throw new IllegalArgumentException("a PodKey needs uid, namespace and name");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PodKey that && uid.equals(that.uid);
  }

  @Override
  public int hashCode() {
    return Objects.hash(uid);
  }

  /** {@code namespace/name}, as kubectl shows it. */
  public String namespacedName() {
    return namespace + "/" + name;
  }
}
