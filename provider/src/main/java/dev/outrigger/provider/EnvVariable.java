package dev.outrigger.provider;

/** A resolved environment variable: references followed, {@code $(VAR)} expanded. */
public record EnvVariable(String name, SensitiveText value) {

  public static EnvVariable plain(String name, String value) {
    return new EnvVariable(name, SensitiveText.plain(value));
  }
}
