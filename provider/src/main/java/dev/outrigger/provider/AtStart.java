package dev.outrigger.provider;

import java.util.List;
import java.util.Map;

/**
 * What of a container is known only where and when it starts: values that other containers of the
 * Pod have by then written into files of an {@code emptyDir} volume ({@code fileKeyRef}, KEP-3721),
 * and text that takes them in. {@link FileKeys} says how files are read. The backend does it anew
 * for each run of the container.
 *
 * @param env variables to be set one after the other, after those of {@link ContainerWork#env}; a
 *     name that is set already gets the new value
 * @param words what takes the place of words of {@link ContainerWork#command} and {@link
 *     ContainerWork#args}, by their index in both together
 */
public record AtStart(List<Variable> env, Map<Integer, Text> words) {

  public static final AtStart NOTHING = new AtStart(List.of(), Map.of());

  public AtStart {
    env = List.copyOf(env);
    words = Map.copyOf(words);
  }

  public boolean isEmpty() {
    return env.isEmpty() && words.isEmpty();
  }

  public sealed interface Variable {
    String name();
  }

  /**
   * The value of a key in a file. Without one, or with an empty one, the variable is not set if it
   * is optional; else the container does not start.
   *
   * @param volume the name of an {@code emptyDir} volume of the Pod, which the container need not
   *     mount
   * @param path relative to the volume's root; links in it never lead out of the volume
   */
  public record FileKey(String name, String volume, String path, String key, boolean optional)
      implements Variable {}

  /** A value that takes in others, or comes after another of the same name. */
  public record Composed(String name, Text value) implements Variable {}

  /** The parts, one after the other. */
  public record Text(List<Part> parts) {

    public Text {
      parts = List.copyOf(parts);
    }

    /** Whether nothing of it is left for the start. */
    public boolean isKnown() {
      return parts.stream().allMatch(p -> p instanceof Known);
    }

    /** Whether it holds anything sensitive; what is in files is not asked. */
    public boolean isSensitive() {
      return parts.stream().anyMatch(p -> p instanceof Known known && known.text().isSensitive());
    }

    /**
     * The text as far as it is known, with {@code $(NAME)} for each reference. Whoever calls this
     * answers for where it goes.
     */
    public String reveal() {
      StringBuilder text = new StringBuilder();
      for (Part part : parts) {
        text.append(
            switch (part) {
              case Known known -> known.text().reveal();
              case Reference reference -> "$(" + reference.name() + ")";
            });
      }
      return text.toString();
    }
  }

  public sealed interface Part {}

  public record Known(SensitiveText text) implements Part {}

  /**
   * The value that the variable has by then.
   *
   * @param name of one of {@link #env}; when it is not set, {@code $(NAME)} stands as it is written
   */
  public record Reference(String name) implements Part {}
}
