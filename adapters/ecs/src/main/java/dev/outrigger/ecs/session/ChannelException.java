package dev.outrigger.ecs.session;

/** A session could not be opened, or was lost. Its message is for users. */
public final class ChannelException extends Exception {

  private static final long serialVersionUID = 1L;

  ChannelException(String message) {
    super(message);
  }
}
