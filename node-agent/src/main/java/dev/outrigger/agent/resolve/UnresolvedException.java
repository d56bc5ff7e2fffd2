package dev.outrigger.agent.resolve;

/**
 * A reference of a Pod leads nowhere yet: the kubelet's {@code CreateContainerConfigError}. It may
 * resolve later. The message names the reference, never a value.
 */
public final class UnresolvedException extends Exception {

  private static final long serialVersionUID = 1L;

  public UnresolvedException(String message) {
    super(message);
  }
}
