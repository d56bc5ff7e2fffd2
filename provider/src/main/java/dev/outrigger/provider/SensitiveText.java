package dev.outrigger.provider;

import java.util.Objects;

/**
 * A value that may have come from a Secret. {@link #toString} never shows a sensitive one, so that
 * it cannot reach a log, an exception or an annotation by accident.
 */
public final class SensitiveText {

  private final String value;
  private final boolean sensitive;

  private SensitiveText(String value, boolean sensitive) {
    this.value = value;
    this.sensitive = sensitive;
  }

  public static SensitiveText plain(String value) {
    return new SensitiveText(value, false);
  }

  public static SensitiveText sensitive(String value) {
    return new SensitiveText(value, true);
  }

  /** The value itself. Whoever calls this answers for where it goes. */
  public String reveal() {
    return value;
  }

  public boolean isSensitive() {
    return sensitive;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SensitiveText that
        && sensitive == that.sensitive
        && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, sensitive);
  }

  @Override
  public String toString() {
    return sensitive ? "<sensitive>" : value;
  }
}
