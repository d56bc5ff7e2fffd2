package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.outrigger.testbed.comparison.CaseRunner;
import dev.outrigger.testbed.comparison.ClusterView;
import dev.outrigger.testbed.comparison.ComparedCase;
import dev.outrigger.testbed.comparison.ListedDifferences;
import dev.outrigger.testbed.comparison.Nodes;
import dev.outrigger.testbed.comparison.Outcome;
import dev.outrigger.testbed.comparison.Settling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Pods of {@code src/test/resources/kubelet} on a node of processes: status, events and outputs
 * are what a real kubelet answered (see {@code src/test/kubelet/record}), but for what the case's
 * file {@code differences} lists. Each key in there is explained in {@code
 * docs/reference/differences.md}.
 *
 * <p>After a change that makes a difference come or go, run it with {@code
 * -Doutrigger.kubelet.rewrite=true}: it drops what no longer occurs from the lists and adds what is
 * new as {@code unexplained}, which fails until somebody gives it the key of an explanation.
 */
@SuppressWarnings("NullAway.Init") // set before all tests
@Order(7) // of the long ones
final class KubeletComparisonTest {
  private static final Path CASES = Path.of("src/test/resources/kubelet");
  private static final Path EXPLANATIONS = Path.of("../docs/reference/differences.md");
  private static final Pattern HEADING = Pattern.compile("(?m)^### `([a-z0-9-]+)`$");
  private static final boolean REWRITE = Boolean.getBoolean("outrigger.kubelet.rewrite");
  private static final int AT_ONCE = 40;
  private static final Nodes NODES = new Nodes("compared-1", "compared-full");

  @TempDir static Path folder;
  private static final Map<ComparedCase, Future<Outcome>> OUTCOMES = new LinkedHashMap<>();
  private static AgentProcess agent;
  private static ClusterView view;
  private static ExecutorService threads;
  private static CaseRunner runner;

  @BeforeAll
  static void runEveryCase() throws IOException {
    ControlPlane controlPlane = Cluster.shared();
    agent =
        AgentRights.agent(
            controlPlane,
            folder,
            NodeSettings.local(NODES.node(), folder.resolve("pods")).withCapacity("pods", "250"),
            NodeSettings.local(NODES.full(), folder.resolve("pods")).withCapacity("pods", "1"));
    view = ClusterView.open(controlPlane.kubectl());
    Settling settling = REWRITE ? Settling.afterQuiet(Duration.ofSeconds(3)) : Settling.asListed();
    runner = new CaseRunner(controlPlane.kubectl(), view, NODES, settling);
    threads = Executors.newFixedThreadPool(AT_ONCE);
    boolean mounts = Mounts.arePermitted();
    List<ComparedCase> cases =
        ComparedCase.all(CASES).stream().filter(c -> mounts || !c.hasMounts()).toList();
    runner.prepare(cases);
    for (ComparedCase each : cases) {
      ListedDifferences listed = ListedDifferences.of(each);
      OUTCOMES.put(each, threads.submit(() -> runner.run(each, listed::instead)));
    }
  }

  @AfterAll
  static void stop() {
    try {
      runner.awaitGone(OUTCOMES.keySet());
    } finally {
      threads.shutdownNow();
      runner.close();
      view.close();
      agent.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> answersAsTheKubeletDoes() {
    return ComparedCase.all(CASES).stream()
        .map(
            each ->
                dynamicTest(
                    each.name(), () -> compare(each, Optional.ofNullable(OUTCOMES.get(each)))));
  }

  @Test
  void everyDifferenceIsExplainedAndEveryExplanationIsOfADifference() throws IOException {
    SortedSet<String> used = new TreeSet<>();
    for (ComparedCase each : ComparedCase.all(CASES)) {
      ListedDifferences listed = ListedDifferences.of(each);
      used.addAll(listed.usedKeys());
      assertThat(listed.uselessInstead(each)).as(each.name()).isEmpty();
    }
    SortedSet<String> explained = new TreeSet<>();
    HEADING
        .matcher(Files.readString(EXPLANATIONS))
        .results()
        .forEach(heading -> explained.add(heading.group(1)));

    assertThat(explained).isEqualTo(used);
  }

  @Test
  void atLeastSixtyPodsAreCompared() {
    assertThat(ComparedCase.all(CASES)).hasSizeGreaterThanOrEqualTo(60);
  }

  private static void compare(ComparedCase each, Optional<Future<Outcome>> running)
      throws InterruptedException, ExecutionException {
    assumeTrue(
        running.isPresent(), "this machine permits no mount namespaces, which the case needs");
    Outcome outcome = running.orElseThrow().get();
    ListedDifferences listed = ListedDifferences.of(each);
    SortedSet<String> found = listed.always(ListedDifferences.between(each, outcome));
    if (REWRITE) {
      listed.rewrite(found);
    }
    assertThat(found)
        .as(
            "differences of %s; those expected are listed in %s/differences",
            each.name(), each.folder())
        .containsExactlyInAnyOrderElementsOf(listed.all());
  }
}
