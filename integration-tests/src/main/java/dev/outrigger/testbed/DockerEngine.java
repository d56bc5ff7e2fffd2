package dev.outrigger.testbed;

import dev.outrigger.testbed.ControlPlaneFinder.WayNotAvailable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.utility.DockerImageName;

/**
 * Asks a Docker engine on its socket whether it can run an image at all. Testcontainers would take
 * two minutes and pages of stack traces to say that an engine cannot pull.
 */
final class DockerEngine {
  private static final Pattern MESSAGE =
      Pattern.compile("\"(?:message|error)\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final Path socket;

  DockerEngine(Path socket) {
    this.socket = socket;
  }

  void requireAnswer() throws WayNotAvailable {
    ask("GET /_ping");
  }

  /** Has the image, or pulls it now, which may take minutes. */
  void requireImage(DockerImageName name, Progress progress) throws WayNotAvailable {
    String image = name.asCanonicalNameString();
    if (ask("GET /images/" + image + "/json").startsWith("200")) {
      return;
    }
    progress.say("control plane: Docker pulls " + image);
    String answer = ask("POST /images/create?fromImage=" + query(image));
    Matcher error = MESSAGE.matcher(answer);
    if (!answer.startsWith("200") || answer.contains("\"errorDetail\"")) {
      throw new WayNotAvailable(
          "Docker cannot pull "
              + image
              + (error.find() ? ": " + error.group(1).replace("\\\"", "\"") : ""));
    }
  }

  /** The answer from its status code on. HTTP 1.0: it ends when the engine closes. */
  private String ask(String request) throws WayNotAvailable {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      Channels.newOutputStream(channel)
          .write(
              (request + " HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      return answer.substring(answer.indexOf(' ') + 1);
    } catch (IOException e) {
      throw new WayNotAvailable("no Docker engine answers at " + socket);
    }
  }

  private static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
