package dev.outrigger.agent.kubelet.stream;

import java.util.List;

/** The channels of an exec or attach over WebSocket. */
final class WebSocketCommand {

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;

  private WebSocketCommand() {}

  static List<Inbound> inputs(WebSocketLink link, CommandOptions options) {
    return List.of(
        options.stdin() ? link.newInput() : new Discarded(),
        new Discarded(),
        new Discarded(),
        new Discarded(),
        new ResizeInput());
  }

  static CommandSession session(WebSocketLink link, CommandOptions options, boolean json) {
    link.announce(options.stdout() ? STDOUT : options.stderr() ? STDERR : ERROR);
    CommandSession.Builder session =
        new CommandSession.Builder(link, json).error(new StreamOutput(link, ERROR));
    if (link.input(STDIN) instanceof StreamInput stdin) {
      session.stdin(stdin);
    }
    if (link.input(RESIZE) instanceof ResizeInput resize) {
      session.resize(resize);
    }
    if (options.stdout()) {
      session.stdout(new StreamOutput(link, STDOUT));
    }
    if (options.stderr()) {
      session.stderr(new StreamOutput(link, STDERR));
    }
    return session.build();
  }
}
