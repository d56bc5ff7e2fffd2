package dev.outrigger.provider;

/** Something wrong in the configuration: where, and what is allowed there. */
public record ConfigProblem(String path, String message) {

  @Override
  public String toString() {
    return path + ": " + message;
  }
}
