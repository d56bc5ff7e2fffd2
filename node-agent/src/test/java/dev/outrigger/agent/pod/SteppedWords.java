package dev.outrigger.agent.pod;

import dev.outrigger.provider.PodAttempt;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * What containers say as they end: to a file, which the backend reads, or in a log that has to be
 * asked for; and which of it nobody could read.
 */
final class SteppedWords {

  /**
   * The end of one run.
   *
   * @param text empty of one that says nothing
   * @param inLog whether it has to be asked for
   */
  record Said(LastWords.Ended run, int exitCode, Instant finishedAt, String text, boolean inLog) {}

  private final SteppedBackend backend;
  private final List<Said> all = new ArrayList<>();
  private final Map<PodAttempt, Map<String, Map<Integer, String>>> logs = new HashMap<>();
  private final Set<LastWords.Ended> unread = new HashSet<>();

  SteppedWords(SteppedBackend backend) {
    this.backend = backend;
  }

  /** A run of a container ends; answers what it wrote to its file. */
  Optional<String> said(
      SteppedRun run, Container container, int restarts, OptionalInt code, Instant at) {
    if (code.isEmpty()) {
      return Optional.empty();
    }
    boolean inLog = "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy());
    boolean inFile = container.getTerminationMessagePath() != null;
    String name = container.getName();
    String text =
        "%s/%s run %d, the %dth to end, ends with %d"
            .formatted(run.attempt.token(), name, restarts, all.size(), code.getAsInt());
    int number = run.attempt.number() + restarts;
    all.add(
        new Said(
            new LastWords.Ended(new PodAttempt(run.attempt.key(), number), name),
            code.getAsInt(),
            at.truncatedTo(ChronoUnit.SECONDS),
            inLog || inFile ? text : "",
            inLog));
    if (inLog) {
      logs.computeIfAbsent(run.attempt, a -> new HashMap<>())
          .computeIfAbsent(name, c -> new TreeMap<>())
          .put(restarts, text);
    }
    return inFile ? Optional.of(text) : Optional.empty();
  }

  /** The ends of this container's runs that look so. */
  List<Said> ofEnd(String uid, String container, int exitCode, Instant finishedAt) {
    return all.stream()
        .filter(s -> s.run().attempt().key().uid().equals(uid))
        .filter(s -> s.run().container().equals(container))
        .filter(s -> s.exitCode() == exitCode && s.finishedAt().equals(finishedAt))
        .toList();
  }

  /** Whether somebody asked for it, and nothing could be read. */
  boolean isUnread(Said said) {
    return unread.contains(said.run());
  }

  /**
   * The log of a run, as {@code Trait.CONTAINER_RESTARTS} has it.
   *
   * @param readable whether the backend answers
   * @return nothing if there is none
   */
  String read(LastWords.Ended asked, boolean readable) {
    String text = readable ? log(asked) : "";
    if (text.isEmpty()) {
      unread.add(asked);
    }
    return text;
  }

  private String log(LastWords.Ended asked) {
    PodAttempt named = asked.attempt();
    Optional<SteppedRun> found =
        backend.runs(named.key().uid()).reversed().stream()
            .filter(r -> r.attempt.number() <= named.number())
            .findFirst()
            .filter(r -> !r.removed);
    if (found.isEmpty()) {
      return "";
    }
    SteppedRun run = found.get();
    Map<Integer, String> runs =
        logs.getOrDefault(run.attempt, Map.of()).getOrDefault(asked.container(), Map.of());
    if (run.role(asked.container()) == RunHistory.Role.SIDECAR) {
      return String.join("\n", runs.values());
    }
    int restarts = Math.min(named.number() - run.attempt.number(), run.restarts(asked.container()));
    return Objects.requireNonNullElse(runs.get(restarts), "");
  }
}
