package dev.outrigger.ecs.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A connection that breaks off without a goodbye. */
class LinkTest {

  private static final class Owner implements Link.Owner {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void arrived(Link link, ByteBuffer message) {
      heard.add("message");
    }

    @Override
    public void lost(Link link) {
      heard.add("lost");
    }
  }

  @Test
  void theEndIsNoticedEvenIfItCameWhileNoMessageWasAskedFor() throws Exception {
    Owner owner = new Owner();
    HttpClient http = HttpClient.newBuilder().executor(Runnable::run).build();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = Thread.ofVirtual().start(() -> oneMessageAndNoGoodbye(server));
      SessionTicket ticket =
          new SessionTicket("s", "ws://127.0.0.1:" + server.getLocalPort() + "/", "t");
      Link link = Link.connect(http, ticket, "client", owner);
      await().atMost(Duration.ofSeconds(30)).until(() -> owner.heard.contains("message"));
      // What the JDK makes of the end, before anybody asks, cannot be seen: it is given a moment.
      await().pollDelay(Duration.ofMillis(300)).until(() -> !serving.isAlive());

      link.more();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> owner.heard.contains("lost") || probeFails(link));
      assertThat(owner.heard).containsOnlyOnce("message");
    } finally {
      http.shutdownNow();
    }
  }

  private static boolean probeFails(Link link) throws InterruptedException {
    try {
      link.probe();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static void oneMessageAndNoGoodbye(ServerSocket server) {
    try (Socket socket = server.accept()) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String key = "";
      for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
        if (line.startsWith("Sec-WebSocket-Key: ")) {
          key = line.substring(19);
        }
      }
      byte[] accept =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      OutputStream out = socket.getOutputStream();
      out.write(
          ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + Base64.getEncoder().encodeToString(accept)
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      // All of the opening: what is left unread would make the end a reset, which a write may meet.
      DataInputStream frame = new DataInputStream(socket.getInputStream());
      frame.readUnsignedByte();
      int length = frame.readUnsignedByte() & 0x7f;
      length = length == 126 ? frame.readUnsignedShort() : length;
      frame.readFully(new byte[4 + length]);
      // A binary message of one byte.
      out.write(new byte[] {(byte) 0x82, 1, 7});
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
