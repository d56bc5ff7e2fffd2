package dev.outrigger.agent.kubelet.stream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The streams of an exec or attach over SPDY: one of each type. */
final class SpdyCommand implements SpdyLink.Gate {

  private final Set<String> expected = new HashSet<>(Set.of("error"));

  /** Of the event loop. */
  private final Set<String> seen = new HashSet<>();

  /**
   * @param resizes whether the protocol knows resizing (v3 and later)
   */
  SpdyCommand(CommandOptions options, boolean resizes) {
    if (options.stdin()) {
      expected.add("stdin");
    }
    if (options.stdout()) {
      expected.add("stdout");
    }
    if (options.stderr()) {
      expected.add("stderr");
    }
    if (options.terminal() && resizes) {
      expected.add("resize");
    }
  }

  @Override
  public @Nullable Inbound open(String type, String port, SpdyLink link) {
    if (!expected.contains(type) || !seen.add(type)) {
      return null;
    }
    return switch (type) {
      case "stdin" -> link.newInput();
      case "resize" -> new ResizeInput();
      default -> new Discarded();
    };
  }

  /**
   * @param endsStdin half-closes its side of stdin at once, which v1 clients wait for
   */
  CommandSession session(SpdyLink link, boolean json, boolean endsStdin)
      throws IOException, InterruptedException {
    CommandSession.Builder session = new CommandSession.Builder(link, json);
    try {
      for (SpdyStream stream : await(link)) {
        switch (stream.header("streamtype")) {
          case "error" -> session.error(stream.output());
          case "stdout" -> session.stdout(stream.output());
          case "stderr" -> session.stderr(stream.output());
          case "stdin" -> {
            session.cancelled(() -> link.cancel(stream));
            if (stream.input() instanceof StreamInput stdin) {
              session.stdin(stdin);
            }
            if (endsStdin) {
              stream.output().close();
            }
          }
          default -> {
            session.cancelled(() -> link.cancel(stream));
            if (stream.input() instanceof ResizeInput resize) {
              session.resize(resize);
            }
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      link.finish();
      throw e;
    }
    return session.build();
  }

  private List<SpdyStream> await(SpdyLink link) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + link.limits.creation().value().toNanos();
    List<SpdyStream> streams = new ArrayList<>();
    while (streams.size() < expected.size()) {
      SpdyStream next = link.next(Duration.ofNanos(deadline - System.nanoTime()));
      if (next == null) {
        throw new IOException("timed out waiting for client to create streams");
      }
      streams.add(next);
    }
    return streams;
  }
}
