package dev.outrigger.agent.kubelet.stream;

import dev.outrigger.provider.PortConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forwarded connection. Its directions end one by one: the Pod may answer for as long as it
 * likes after the client has said all (containerd gives it a second).
 */
final class Forward implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Forward.class);
  private static final AtomicLong COUNT = new AtomicLong();

  private final Ports ports;
  private final int port;
  private final StreamInput fromClient;
  private final StreamOutput toClient;
  private final StreamOutput errors;
  private final Thread thread;

  /** Whether the client sees that its input has ended, and so can be waited for. */
  private final boolean halfCloses;

  private final Runnable after;

  /**
   * @param after is run at the end, whatever it was
   */
  Forward(
      Ports ports,
      int port,
      StreamInput fromClient,
      StreamOutput toClient,
      StreamOutput errors,
      boolean halfCloses,
      Runnable after) {
    this.ports = ports;
    this.port = port;
    this.fromClient = fromClient;
    this.toClient = toClient;
    this.errors = errors;
    this.halfCloses = halfCloses;
    this.after = after;
    this.thread =
        Thread.ofVirtual().name("port-forward-" + COUNT.incrementAndGet()).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** The client has gone. */
  void stop() {
    thread.interrupt();
  }

  void join() throws InterruptedException {
    thread.join();
  }

  @Override
  public void run() {
    try (PortConnection connection = ports.connect(port)) {
      carry(connection);
    } catch (IOException e) {
      tell(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      fromClient.close();
      toClient.close();
      errors.close();
      after.run();
    }
  }

  private void carry(PortConnection connection) throws InterruptedException {
    Thread in = Thread.ofVirtual().name(thread.getName() + "-in").start(() -> copyIn(connection));
    try {
      copyOut(connection.input());
      toClient.close();
      if (halfCloses) {
        in.join();
      }
    } catch (IOException e) {
      // One of both has gone: there is nobody to tell, or nothing that the end does not say.
      toClient.close();
    } finally {
      connection.close();
      fromClient.close();
      in.join();
    }
  }

  private void copyOut(InputStream from) throws IOException {
    byte[] buffer = new byte[32 << 10];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      toClient.write(buffer, 0, n);
    }
  }

  private void copyIn(PortConnection connection) {
    try {
      OutputStream to = connection.output();
      fromClient.transferTo(to);
      if (fromClient.isClosed()) {
        connection.close(); // the client has taken it back
      } else {
        to.close();
      }
    } catch (IOException e) {
      connection.close();
    }
  }

  private void tell(String problem) {
    try {
      errors.write(problem.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.atDebug().log("kubelet API client has gone");
    }
  }
}
