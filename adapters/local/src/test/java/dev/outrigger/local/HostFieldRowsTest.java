package dev.outrigger.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.ContainerState.Terminated;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.VolumeFile;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.RowCase;
import dev.outrigger.provider.testkit.RowPods;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row that is translated, from the field to what its processes do. */
class HostFieldRowsTest extends HostFixture {

  /** What the agent does by itself, whatever the provider; tested there. */
  private static final Set<String> OF_THE_AGENT =
      Set.of(
          // Of which the contract and ContainerRestartsTest tell.
          "spec.restartPolicy",
          "spec.activeDeadlineSeconds",
          "spec.readinessGates",
          // The grace of delete, of which the contract and LocalProviderTest tell.
          "spec.terminationGracePeriodSeconds",
          // Whose tokens the agent asks for.
          "spec.serviceAccountName",
          "@.terminationMessagePolicy",
          // Of which the contract tells.
          "@.env[].valueFrom.fileKeyRef",
          "@.livenessProbe",
          "@.readinessProbe",
          "@.startupProbe",
          "@.lifecycle.postStart",
          "@.lifecycle.preStop",
          // Resolved by the agent: into env, and into the files' own modes.
          "spec.enableServiceLinks",
          "@.envFrom",
          "spec.volumes[].projected.defaultMode");

  private static final Pod BASE =
      RowPods.with(
          new Pod(),
          "metadata.name = \"row\"",
          "metadata.namespace = \"default\"",
          "spec.restartPolicy = \"Never\"",
          "spec.initContainers = [" + container("first") + "]",
          "spec.containers = [" + container("main") + "]");

  private static String container(String name) {
    return "{\"name\": \"%s\", \"image\": \"host\", \"command\": [\"true\"]}".formatted(name);
  }

  @BeforeEach
  void openOne() {
    open();
  }

  static Stream<RowCase> everyRow() {
    return HostFieldCases.all().stream();
  }

  static Stream<RowCase> everyRowOfAnyProcess() {
    return HostFieldCases.ofAnyProcess().stream();
  }

  @ParameterizedTest
  @MethodSource("everyRow")
  void theFieldIsInWhatTheProcessesDo(RowCase row) throws Exception {
    row.check(BASE, this::done);
  }

  @ParameterizedTest
  @MethodSource("everyRowOfAnyProcess")
  void whatTheFieldAsksForIsSoOfEveryProcess(RowCase row) throws Exception {
    row.checkOfAnyPod(BASE, this::done);
  }

  @Test
  void noTranslatedRowIsLeftOut() {
    RowCase.assertNoneIsMissing(
        HostFields.TABLE, Stream.concat(everyRow(), everyRowOfAnyProcess()).toList(), OF_THE_AGENT);
  }

  /** Runs the Pod, types at those that listen, and tells of each container's end and output. */
  private String done(Pod pod) throws Exception {
    PodSpec spec = pod.getSpec();
    List<Container> containers =
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream()).toList();
    boolean mounts =
        !spec.getVolumes().isEmpty()
            || containers.stream().anyMatch(c -> c.getTerminationMessagePath() != null);
    MountNamespaces namespaces = MountNamespaces.ofThisHost();
    assumeTrue(!mounts || namespaces.arePermitted(), namespaces.refusal());
    PodWork work = RowPods.work(pod, contents(spec));
    provider().check(work);
    create(work);
    for (Container container : containers) {
      live(work, container);
    }
    StringBuilder said = new StringBuilder();
    for (Container container : containers) {
      tell(work, container.getName(), said);
    }
    return said.toString();
  }

  private void live(PodWork work, Container container) throws Exception {
    if (Boolean.TRUE.equals(container.getStdin())) {
      type(work, container);
    }
    if ("Always".equals(container.getRestartPolicy())) {
      await()
          .atMost(PATIENCE)
          .until(() -> seen(work.attempt(), container.getName()).restarts() > 0);
      provider().delete(work.key(), PATIENCE);
    }
  }

  private void tell(PodWork work, String container, StringBuilder said) throws Exception {
    Terminated end = end(work.attempt(), container);
    said.append(container).append(" ended: ").append(end.exitCode()).append('\n');
    end.lastWords().ifPresent(words -> said.append("last words: ").append(words));
    if (seen(work.attempt(), container).restarts() > 0) {
      said.append(container).append(" was started again\n");
    }
    for (String line : log(work.attempt(), container).texts()) {
      said.append(container).append(" said: ").append(line).append('\n');
    }
  }

  /**
   * A client types a line and goes away once it is answered, and another one types; where the end
   * of the first's input ends the container's, it stays to see that.
   */
  private void type(PodWork work, Container container) throws Exception {
    awaitRunning(work.attempt(), container.getName());
    boolean once = Boolean.TRUE.equals(container.getStdinOnce());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first = threads.submit(attach(work, container, "one\n"));
      await()
          .atMost(PATIENCE)
          .until(() -> !log(work.attempt(), container.getName()).lines().isEmpty());
      Future<?> last = first;
      if (!once) {
        first.cancel(true);
        last = threads.submit(attach(work, container, "two\n"));
      }
      last.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private Callable<Boolean> attach(PodWork work, Container container, String typed) {
    FakeClient client = FakeClient.sending(typed.getBytes(StandardCharsets.UTF_8));
    return () -> {
      provider().attach().orElseThrow().attach(work.attempt(), container.getName(), client);
      return true;
    };
  }

  /** As the agent would send it: for each volume that it resolves one file, which names it. */
  private static ResolvedVolume[] contents(PodSpec spec) {
    return spec.getVolumes().stream()
        .filter(volume -> volume.getEmptyDir() == null)
        .map(
            volume -> {
              byte[] content = ("file of " + volume.getName()).getBytes(StandardCharsets.UTF_8);
              return new ResolvedVolume(
                  volume.getName(), List.of(new VolumeFile("file", content, 0644, false)));
            })
        .toArray(ResolvedVolume[]::new);
  }
}
