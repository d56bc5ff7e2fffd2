package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.PodWorks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Variables from files that take minutes to read. */
class SlowKeysTest extends HostFixture {

  private static final String MOUNT = "/keys";

  @Test
  void aContainerIsStoppedWhileItsFilesAreRead() throws Exception {
    MountNamespaces namespaces = MountNamespaces.ofThisHost();
    assumeTrue(namespaces.arePermitted(), namespaces.refusal());
    open();
    PodAttempt attempt = PodWorks.newAttempt("slow");
    String write = "yes '#' | head -c 1000000 > " + MOUNT + "/some.env";
    ContainerWork init = PodWorks.container("writes", "sh", "-c", write);
    ContainerWork main = PodWorks.container(PodWorks.CONTAINER, "true");
    PodWork work = PodWorks.pod(attempt, List.of(init), List.of(main));
    create(PodWorks.withFileKeys(work, MOUNT, PodWorks.CONTAINER, manyVariables()));
    Path own = folder(attempt).resolve("containers").resolve(PodWorks.CONTAINER);
    await().atMost(PATIENCE).until(() -> own.resolve("lacks.new").toFile().exists());

    provider().delete(attempt.key(), Duration.ZERO);

    assertThat(end(attempt).startedAt()).isEmpty();
    assertThat(own.resolve("run.sh")).doesNotExist();
  }

  /** The file is read anew for each. */
  private static AtStart manyVariables() {
    List<AtStart.Variable> variables = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      variables.add(new AtStart.FileKey("V" + i, "scratch", "some.env", "K" + i, true));
    }
    return new AtStart(variables, Map.of());
  }
}
