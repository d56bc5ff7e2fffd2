package dev.outrigger.simulator.session;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's end of a WebSocket (RFC 6455), without extensions. One thread reads; any may write.
 */
final class WebSocketConnection implements AutoCloseable {
  private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MOST_HEADERS = 16 * 1024;
  private static final int MOST_MESSAGE = 1 << 20;
  private static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();
  private final String target;

  /** A whole message. */
  record Message(int opcode, byte[] data) {}

  private record Frame(boolean last, int opcode, byte[] data) {}

  /** Reads the request and answers it. */
  WebSocketConnection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
    this.out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
    String request = line();
    String key = "";
    int size = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      size += header.length();
      if (header.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
        key = header.substring(header.indexOf(':') + 1).trim();
      }
      if (size > MOST_HEADERS) {
        throw new IOException("a request with too many headers");
      }
    }
    String[] words = request.split(" ");
    if (words.length != 3 || !words[0].equals("GET") || key.isEmpty()) {
      out.write(
          "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      throw new IOException("not a WebSocket request: " + request);
    }
    this.target = words[1];
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + accept(key)
            + "\r\n\r\n";
    out.write(answer.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + ACCEPT).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 || text.size() > MOST_HEADERS) {
        throw new EOFException("the request ended early");
      }
      text.write(b);
    }
    return text.toString(StandardCharsets.US_ASCII).strip();
  }

  /** The request's path and query. */
  String target() {
    return target;
  }

  /** The next text or binary message; empty when the client has closed. Answers pings. */
  Optional<Message> read() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    int opcode = CONTINUATION;
    while (true) {
      Frame frame = frame();
      switch (frame.opcode()) {
        case TEXT, BINARY, CONTINUATION -> {
          opcode = frame.opcode() == CONTINUATION ? opcode : frame.opcode();
          if (frame.last() && whole.size() == 0) {
            return Optional.of(new Message(opcode, frame.data()));
          }
          whole.write(frame.data());
          if (whole.size() > MOST_MESSAGE) {
            throw new IOException("a message too long");
          }
          if (frame.last()) {
            return Optional.of(new Message(opcode, whole.toByteArray()));
          }
        }
        case PING -> write(PONG, frame.data());
        case PONG -> {}
        case CLOSE -> {
          write(CLOSE, frame.data());
          return Optional.empty();
        }
        default -> throw new IOException("a frame with opcode " + frame.opcode());
      }
    }
  }

  private Frame frame() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if ((second & 0x80) == 0 || length < 0 || length > MOST_MESSAGE) {
      throw new IOException("a frame that is not masked, or too long");
    }
    byte[] mask = new byte[4];
    in.readFully(mask);
    byte[] data = new byte[(int) length];
    in.readFully(data);
    for (int i = 0; i < data.length; i++) {
      data[i] ^= mask[i & 3];
    }
    return new Frame((first & 0x80) != 0, first & 0x0f, data);
  }

  void binary(byte[] data) throws IOException {
    write(BINARY, data);
  }

  private void write(int opcode, byte[] data) throws IOException {
    writing.lock();
    try {
      out.write(0x80 | opcode);
      if (data.length < 126) {
        out.write(data.length);
      } else if (data.length < 1 << 16) {
        out.write(126);
        out.write(data.length >> 8);
        out.write(data.length);
      } else {
        throw new IOException("a message of " + data.length + " bytes");
      }
      out.write(data);
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  /** Says goodbye with a status code and closes. */
  void end(int status) {
    try {
      write(CLOSE, new byte[] {(byte) (status >> 8), (byte) status});
    } catch (IOException e) {
      // It has gone already.
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost: it was to be closed.
    }
  }
}
