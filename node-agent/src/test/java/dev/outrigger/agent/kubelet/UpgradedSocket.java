package dev.outrigger.agent.kubelet;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** A connection that has asked for an upgrade, byte by byte. */
final class UpgradedSocket implements AutoCloseable {

  private final Socket plain;
  private final SSLSocket socket;
  private final String head;

  private UpgradedSocket(Socket plain, SSLSocket socket, String head) {
    this.plain = plain;
    this.socket = socket;
    this.head = head;
  }

  static UpgradedSocket open(TestNode node, String method, String path, String... headers)
      throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), node.server.port());
    SSLSocket socket =
        (SSLSocket)
            node.ssl(null)
                .getSocketFactory()
                .createSocket(plain, "127.0.0.1", node.server.port(), true);
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: node\r\n");
    request.append("Authorization: Bearer good\r\nContent-Length: 0\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    return new UpgradedSocket(plain, socket, readHead(socket.getInputStream()));
  }

  static UpgradedSocket spdy(TestNode node, String path, String protocol) throws IOException {
    return open(
        node,
        "POST",
        path,
        "Connection: Upgrade",
        "Upgrade: SPDY/3.1",
        "X-Stream-Protocol-Version: " + protocol);
  }

  static UpgradedSocket webSocket(TestNode node, String path, String protocol) throws IOException {
    return open(
        node,
        "GET",
        path,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        protocol.isEmpty() ? "X-None: none" : "Sec-WebSocket-Protocol: " + protocol);
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("no answer: " + head);
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Status line and headers of the answer. */
  String head() {
    return head;
  }

  int status() {
    return Integer.parseInt(head.split(" ", 3)[1]);
  }

  /** What follows the head of an answer that is no upgrade. */
  String body() throws IOException {
    String length =
        head.lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .findFirst()
            .orElse("content-length: 0");
    byte[] body = in().readNBytes(Integer.parseInt(length.substring(15).strip()));
    return new String(body, StandardCharsets.UTF_8);
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** At once and without a word, as clients die; whoever writes fails. */
  @Override
  public void close() throws IOException {
    plain.close();
  }
}
