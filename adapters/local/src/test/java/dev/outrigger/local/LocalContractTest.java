package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.ProviderContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract, by processes of this host; in process here, over gRPC in the remote adapter's
 * tests.
 */
public class LocalContractTest extends ProviderContract {

  @TempDir protected Path root;
  @AutoClose private final Opened opened = new Opened();

  @Override
  protected Provider newProvider() throws Exception {
    return provider("node");
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() throws Exception {
    return Optional.of(provider("other"));
  }

  @Override
  protected int startsOf(PodAttempt attempt) throws IOException {
    try {
      return Files.readAllLines(folder(attempt).resolve("starts")).size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  @Override
  protected boolean loseOutcome(PodAttempt attempt) throws Exception {
    AttemptDirectory directory = new AttemptDirectory(folder(attempt));
    long supervisor = directory.supervisor().orElseThrow().pid();
    long container = directory.process(PodWorks.CONTAINER).orElseThrow().pid();
    String script = "kill -s KILL -- -" + supervisor + " -" + container;
    return new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor() == 0;
  }

  @Override
  protected PodWork refused(PodAttempt attempt) {
    return PodWorks.command(attempt);
  }

  @Override
  protected String refusedPath() {
    return "spec.containers[0].command";
  }

  /** The Pods share the host's loopback with this test, which listens there. */
  @Override
  protected OptionalInt echoPort(PodAttempt running) throws IOException {
    ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    opened.listeners.add(listener);
    Thread.ofVirtual()
        .name("echo")
        .start(
            () -> {
              try (Socket peer = listener.accept()) {
                peer.getInputStream().transferTo(peer.getOutputStream());
              } catch (IOException e) {
                // the test has ended
              }
            });
    return OptionalInt.of(listener.getLocalPort());
  }

  /** Closed after the test. */
  private record Opened(List<ServerSocket> listeners) implements AutoCloseable {

    Opened() {
      this(new ArrayList<>());
    }

    @Override
    public void close() throws IOException {
      for (ServerSocket listener : listeners) {
        listener.close();
      }
    }
  }

  private Path folder(PodAttempt attempt) {
    return root.resolve("node").resolve(attempt.token());
  }

  private Provider provider(String node) {
    Settings settings =
        new Settings("nodes[0].local", Map.of("root", root.toString()), new ArrayList<>());
    Provider provider =
        new LocalProviderFactory().create(new ProviderContext(node, Clock.systemUTC()), settings);
    if (!settings.problems().equals(List.of())) {
      throw new IllegalStateException(settings.problems().toString());
    }
    return provider;
  }
}
