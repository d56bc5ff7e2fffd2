package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.ProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract, by processes of this host; in process here, over gRPC in the remote adapter's
 * tests.
 */
public class LocalContractTest extends ProviderContract {

  @TempDir protected Path root;

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
