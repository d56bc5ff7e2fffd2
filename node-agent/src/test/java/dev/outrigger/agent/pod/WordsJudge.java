package dev.outrigger.agent.pod;

import static dev.outrigger.agent.pod.LifeJudge.check;

import dev.outrigger.agent.pod.SteppedWords.Said;
import dev.outrigger.agent.status.PodPhase;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether the ends that a status tells were so, each with what its container said last. */
final class WordsJudge {

  private final SteppedWords words;

  WordsJudge(SteppedWords words) {
    this.words = words;
  }

  /** Of a status that is about to be written. */
  void patched(Pod pod, PodStatus after) {
    List<ContainerStateTerminated> before = all(pod.getStatus()).flatMap(WordsJudge::ends).toList();
    // What is told of a Pod after somebody declared its end is not waited for.
    boolean waited = !PodPhase.isTerminal(PodDecision.phase(pod.getStatus()));
    all(after)
        .forEach(
            status ->
                ends(status)
                    .filter(end -> !before.contains(end))
                    .forEach(end -> judge(pod, status.getName(), end, waited)));
  }

  private static Stream<ContainerStatus> all(PodStatus status) {
    return Stream.concat(
        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
  }

  private static Stream<ContainerStateTerminated> ends(ContainerStatus status) {
    return Stream.of(status.getState(), status.getLastState())
        .filter(Objects::nonNull)
        .map(ContainerState::getTerminated)
        .filter(Objects::nonNull)
        .filter(end -> !"ContainerStatusUnknown".equals(end.getReason()));
  }

  private void judge(Pod pod, String container, ContainerStateTerminated end, boolean waited) {
    String uid = pod.getMetadata().getUid();
    Instant at = Instant.parse(end.getFinishedAt());
    List<Said> ends = words.ofEnd(uid, container, end.getExitCode(), at);
    String what = uid + "/" + container + ": " + end;
    check(!ends.isEmpty(), what + " never was");
    String message = end.getMessage();
    check(
        ends.stream().anyMatch(said -> isSo(said, message, waited)),
        what + " is told, of ends that said " + ends);
  }

  private boolean isSo(Said said, String message, boolean waited) {
    if (message != null) {
      // A sidecar's runs have one log.
      return !said.text().isEmpty()
          && (message.equals(said.text()) || (said.inLog() && message.contains(said.text())));
    }
    return said.text().isEmpty()
        || (said.inLog() && (said.exitCode() == 0 || !waited || words.isUnread(said)));
  }
}
