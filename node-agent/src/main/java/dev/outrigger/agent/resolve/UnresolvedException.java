package dev.outrigger.agent.resolve;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference of a Pod leads nowhere yet: the kubelet's {@code CreateContainerConfigError}, or its
 * {@code FailedMount} when it is a volume's. It may resolve later. The message names the reference,
 * never a value.
 */
public final class UnresolvedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final @Nullable String container;
  private final @Nullable String volume;

  UnresolvedException(String message) {
    this(message, null, null);
  }

  private UnresolvedException(String message, @Nullable String container, @Nullable String volume) {
    super(message);
    this.container = container;
    this.volume = volume;
  }

  /**
   * The same, of a container.
   *
   * @param fieldPath for example {@code spec.containers{name}}
   */
  UnresolvedException inContainer(String fieldPath) {
    return new UnresolvedException(String.valueOf(getMessage()), fieldPath, null);
  }

  /** The same, of the volume of this name. */
  UnresolvedException inVolume(String name) {
    return new UnresolvedException(String.valueOf(getMessage()), null, name);
  }

  /** The field path of the container that lacks it, as events tell it. */
  public Optional<String> container() {
    return Optional.ofNullable(container);
  }

  /** The volume that lacks it. */
  public Optional<String> volume() {
    return Optional.ofNullable(volume);
  }
}
