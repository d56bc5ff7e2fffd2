package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A Pod with one port that sends back what it gets and says goodbye; nothing listens elsewhere. */
final class EchoPort implements PortTarget, AutoCloseable {

  static final int PORT = 80;
  private final ServerSocket server;
  final AtomicInteger open = new AtomicInteger();

  EchoPort() throws IOException {
    this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("echo").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().name("echo-connection").start(() -> echo(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void echo(Socket socket) {
    open.incrementAndGet();
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
      socket.getOutputStream().write("<end>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The other side has gone.
    } finally {
      open.decrementAndGet();
    }
  }

  @Override
  public PortConnection connect(PodAttempt attempt, int port) throws IOException {
    if (port != PORT) {
      throw new IOException("connection refused");
    }
    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
    return new PortConnection() {
      @Override
      public InputStream input() {
        try {
          return socket.getInputStream();
        } catch (IOException e) {
          return InputStream.nullInputStream();
        }
      }

      @Override
      public OutputStream output() {
        return new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            socket.getOutputStream().write(value);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.getOutputStream().write(bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            socket.shutdownOutput();
          }
        };
      }

      @Override
      public void close() {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed all the same.
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
