package dev.outrigger.agent.kubelet;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of the channel protocols over WebSocket, for one thread. */
final class WebSocketClient implements AutoCloseable {

  private static final byte[] MASK = {0x12, (byte) 0xf3, 0x45, 0x67};

  private final UpgradedSocket socket;
  private final boolean base64;
  private final Map<Integer, ByteArrayOutputStream> channels = new HashMap<>();

  /** The opcode of the last frame, with the FIN bit. */
  int last;

  private WebSocketClient(UpgradedSocket socket, boolean base64) {
    this.socket = socket;
    this.base64 = base64;
  }

  static WebSocketClient open(TestNode node, String path, String protocol) throws IOException {
    UpgradedSocket socket = UpgradedSocket.webSocket(node, path, protocol);
    if (socket.status() != 101) {
      throw new AssertionError(socket.head() + socket.body());
    }
    return new WebSocketClient(socket, protocol.contains("base64"));
  }

  String head() {
    return socket.head();
  }

  /** A frame with a mask; the first byte is FIN and opcode. */
  void frame(int first, byte[] content) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (content.length < 126) {
      frame.write(0x80 | content.length);
    } else if (content.length <= 0xffff) {
      frame.write(0x80 | 126);
      frame.write(content.length >> 8);
      frame.write(content.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) content.length >> shift));
      }
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < content.length; i++) {
      frame.write(content[i] ^ MASK[i % 4]);
    }
    raw(frame.toByteArray());
  }

  void raw(byte[] bytes) throws IOException {
    socket.out().write(bytes);
    socket.out().flush();
  }

  void send(int channel, byte[] bytes) throws IOException {
    byte[] message = new byte[bytes.length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    frame(0x82, message);
  }

  void send(int channel, String text) throws IOException {
    send(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The next frame's content, which goes to its channel; {@code null} at the end. */
  byte @Nullable [] next() throws IOException {
    InputStream in = socket.in();
    last = in.read();
    if (last < 0) {
      return null;
    }
    int length = in.read();
    if (length == 126) {
      length = in.read() << 8 | in.read();
    }
    byte[] content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("within a frame");
    }
    if (last == 0x81 || last == 0x82) {
      byte[] data =
          base64
              ? java.util.Base64.getDecoder()
                  .decode(new String(content, 1, length - 1, StandardCharsets.US_ASCII))
              : java.util.Arrays.copyOfRange(content, 1, length);
      int channel = base64 ? content[0] - '0' : content[0];
      channels.computeIfAbsent(channel, c -> new ByteArrayOutputStream()).writeBytes(data);
    }
    return content;
  }

  /** Reads until the server's close frame, which is the last. */
  void readAll() throws IOException {
    while (next() != null) {
      if (last == 0x88) {
        return;
      }
    }
    throw new EOFException("no close frame");
  }

  boolean has(int channel) {
    return channels.containsKey(channel);
  }

  byte[] bytes(int channel) {
    return channels.getOrDefault(channel, new ByteArrayOutputStream()).toByteArray();
  }

  String text(int channel) {
    return new String(bytes(channel), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
