package dev.outrigger.testbed.comparison;

import dev.outrigger.testbed.Kubectl;
import dev.outrigger.testbed.TestbedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes what a real kubelet answers: {@code Recorder ROOT NODE [CASE...]}, with {@code KUBECONFIG}
 * set. See {@code src/test/kubelet/record}.
 */
public final class Recorder {

  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final int AT_ONCE = 10;

  private Recorder() {}

  public static void main(String[] arguments) throws InterruptedException {
    Kubectl kubectl = new Kubectl(Path.of(System.getenv("KUBECONFIG")), "default");
    List<String> names = List.of(arguments).subList(2, arguments.length);
    List<ComparedCase> cases =
        ComparedCase.all(Path.of(arguments[0])).stream()
            .filter(c -> names.isEmpty() ? !needsFullNode(c) : names.contains(c.name()))
            .toList();
    Nodes nodes = new Nodes(arguments[1], arguments[1]);
    try (ClusterView view = ClusterView.open(kubectl);
        CaseRunner runner = new CaseRunner(kubectl, view, nodes, Settling.afterQuiet(QUIET));
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      runner.prepare(cases);
      Map<ComparedCase, Future<Outcome>> running = new LinkedHashMap<>();
      cases.forEach(c -> running.put(c, threads.submit(() -> runner.run(c, step -> step))));
      List<String> failed = new ArrayList<>();
      for (var each : running.entrySet()) {
        try {
          each.getKey().record(each.getValue().get().json());
          System.out.println("recorded " + each.getKey().name());
        } catch (ExecutionException e) {
          failed.add(each.getKey().name());
          System.out.println(each.getKey().name() + ": " + e.getCause());
        }
      }
      if (!failed.isEmpty()) {
        throw new TestbedException("not recorded: " + failed);
      }
    }
  }

  private static boolean needsFullNode(ComparedCase compared) {
    return compared.manifest("pod.yaml", new Nodes("NODE", "FULL")).contains("nodeName: FULL");
  }
}
