package dev.outrigger.provider;

/** The ways into a running Pod that a {@link Provider} may not have, in words after "cannot". */
public enum Facility {
  EXEC("run commands in containers"),
  ATTACH("give access to the streams of running containers"),
  PORTS("reach the ports of Pods");

  private final String words;

  Facility(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }
}
