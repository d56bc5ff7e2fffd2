package dev.outrigger.ecs.session;

/**
 * What opens a data channel, as ExecuteCommand, StartSession and ResumeSession answer it.
 *
 * @param token a secret: whoever has it has the session
 */
public record SessionTicket(String sessionId, String streamUrl, String token) {

  @Override
  public String toString() {
    return "SessionTicket[" + sessionId + "]";
  }
}
