package dev.outrigger.provider.fields;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an adapter does with one field of a Pod.
 *
 * @param path with {@code []} for any list index and {@code *} for any key of a map, for example
 *     {@code spec.containers[].env[].name}. A row speaks for everything below its path too, unless
 *     a longer row does.
 * @param accepted when not empty: only these values have the verdict, every other one is refused
 *     with the note as its hint
 * @param note why it is harmless, what it becomes, or what to use instead
 */
public record FieldRow(String path, Verdict verdict, Set<String> accepted, String note) {

  /**
   * Stands among the accepted values for {@code metadata.name} of the Pod in question. No field
   * that it is said of can have it as its text: it is no DNS label.
   */
  public static final String POD_NAME = "the Pod's name";

  /** What becomes of a field. */
  public enum Verdict {
    TRANSLATED,
    HARMLESS,
    REFUSED
  }

  public FieldRow {
    accepted = Set.copyOf(accepted);
  }

  /** The field has its effect on the backend. */
  public static FieldRow translated(String path, String into) {
    return new FieldRow(path, Verdict.TRANSLATED, Set.of(), into);
  }

  /** The field has its effect with one of these values, and is refused with any other. */
  public static FieldRow translatedOnly(String path, List<String> values, String into) {
    return new FieldRow(path, Verdict.TRANSLATED, Set.copyOf(values), into);
  }

  /** The field needs no effect on the backend. */
  public static FieldRow harmless(String path, String why) {
    return new FieldRow(path, Verdict.HARMLESS, Set.of(), why);
  }

  /** The field cannot be honoured. */
  public static FieldRow refused(String path, String hint) {
    return new FieldRow(path, Verdict.REFUSED, Set.of(), hint);
  }

  /** Harmless with one of these values (as text: {@code "false"}), refused with any other. */
  public static FieldRow onlyWith(String path, List<String> values, String hint) {
    return new FieldRow(path, Verdict.HARMLESS, Set.copyOf(values), hint);
  }

  /** What to use instead, where the field is refused. */
  public String remedy() {
    if (accepted.isEmpty()) {
      return note;
    }
    String values =
        accepted.stream()
            .sorted()
            .map(value -> value.isEmpty() ? "empty" : value)
            .collect(Collectors.joining(" or "));
    return "must be " + values + (note.isEmpty() ? "" : "; " + note);
  }
}
