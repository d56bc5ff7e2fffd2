package dev.outrigger.provider;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a backend did not do what it was asked. The agent decides by kind, never by text. Messages
 * are shown to users and hold no secret.
 */
public abstract sealed class ProviderException extends Exception {

  private static final long serialVersionUID = 1L;

  private ProviderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The backend holds no such workload. */
  public static final class NotFound extends ProviderException {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message, null);
    }
  }

  /** A field's value cannot work. The Pod fails. */
  public static final class Invalid extends ProviderException {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final String reason;

    @SuppressWarnings("serial") // an immutable list of records
    private final List<AlsoRefused> also;

    /**
     * @param path of the field, for example {@code spec.containers[0].image}
     */
    public Invalid(String path, String reason) {
      this(path, reason, List.of());
    }

    /**
     * @param also further fields for which the Pod is refused, named in the message as far as an
     *     Event has room
     */
    public Invalid(String path, String reason, List<AlsoRefused> also) {
      super(RefusalText.of(path + ": " + reason, also), null);
      this.path = path;
      this.reason = reason;
      this.also = List.copyOf(also);
    }

    public String path() {
      return path;
    }

    /** The message without the paths. */
    public String reason() {
      return reason;
    }

    /** Further fields, so that a person can mend all of them at once. */
    public List<AlsoRefused> also() {
      return also;
    }
  }

  /**
   * An image's name that nobody can pull. The Pod waits, as it does on a kubelet: its image can be
   * changed.
   */
  public static final class InvalidImage extends ProviderException {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final String reason;

    /**
     * @param path of the field, for example {@code spec.containers[0].image}
     */
    public InvalidImage(String path, String reason) {
      super(path + ": " + reason, null);
      this.path = path;
      this.reason = reason;
    }

    public String path() {
      return path;
    }

    /** The message without the path, in the kubelet's words. */
    public String reason() {
      return reason;
    }
  }

  /** The backend cannot do what fields ask. The Pod fails. */
  public static final class Unsupported extends ProviderException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String hint;

    @SuppressWarnings("serial") // an immutable list of records
    private final List<AlsoRefused> also;

    /**
     * @param path of the field, for example {@code spec.hostNetwork}
     * @param hint what to use instead
     */
    public Unsupported(String path, String hint) {
      this(path, hint, List.of());
    }

    /**
     * @param also further fields that cannot be honoured, named in the message as far as an Event
     *     has room
     */
    public Unsupported(String path, String hint, List<AlsoRefused> also) {
      super(RefusalText.of(path + " is not supported: " + hint, also), null);
      this.path = path;
      this.hint = hint;
      this.also = List.copyOf(also);
    }

    public String path() {
      return path;
    }

    public String hint() {
      return hint;
    }

    /** Further fields, so that a person can mend all of them at once. */
    public List<AlsoRefused> also() {
      return also;
    }
  }

  /** Too many calls. Nothing happened; try again later. */
  public static final class Throttled extends ProviderException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final Optional<Duration> retryAfter;

    public Throttled(String message, Optional<Duration> retryAfter) {
      super(message, null);
      this.retryAfter = retryAfter;
    }

    public Optional<Duration> retryAfter() {
      return retryAfter;
    }
  }

  /** A limit of the account or of the backend's capacity. Tried again, slowly. */
  public static final class QuotaExceeded extends ProviderException {
    private static final long serialVersionUID = 1L;

    public QuotaExceeded(String message) {
      super(message, null);
    }
  }

  /**
   * The backend could not be reached, or its answer was lost: whether the call had an effect is
   * <em>unknown</em>. Tried again with the same attempt.
   */
  public static final class Unavailable extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The caller may not do this. Tried again, slowly: an administrator may mend it. */
  public static final class PermissionDenied extends ProviderException {
    private static final long serialVersionUID = 1L;
    private final String action;

    /**
     * @param action what was refused, for example {@code ecs:RunTask}
     */
    public PermissionDenied(String action, String message) {
      super(message, null);
      this.action = action;
    }

    public String action() {
      return action;
    }
  }

  /**
   * The attempt cannot be started because the backend knows it under other terms, or knows that it
   * has already run and ended. Never answered by starting it again.
   */
  public static final class Conflict extends ProviderException {
    private static final long serialVersionUID = 1L;

    public Conflict(String message) {
      super(message, null);
    }
  }
}
