package dev.outrigger.simulator.compat;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another implementation of AWS's protocols, on a free loopback port. */
public final class MiniStack implements AutoCloseable {
  private final Process process;
  private final int port;

  private MiniStack(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it and returns once it listens; its output goes to a file of that folder. */
  public static MiniStack start(PythonTools tools, Path folder) {
    int port = freePort();
    Map<String, String> variables = new HashMap<>();
    variables.put("BIND_HOST", "127.0.0.1");
    variables.put("IOT_MTLS_ENABLED", "0");
    variables.put("GATEWAY_PORT", String.valueOf(port));
    variables.put("TMPDIR", folder.toString());
    Process process = tools.start("ministack", variables, folder.resolve("ministack.log"));
    MiniStack started = new MiniStack(process, port);
    await().atMost(Duration.ofSeconds(60)).until(started::isListening);
    return started;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isListening() {
    if (!process.isAlive()) {
      throw new AssertionError("MiniStack ended with " + process.exitValue());
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
