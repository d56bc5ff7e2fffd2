package dev.outrigger.agent.kubelet;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code v1.PodLogOptions}, decoded and checked as the kubelet does ({@code getContainerLogs},
 * ValidatePodLogOptions).
 *
 * @param tailLines how many lines of what is there now; empty means all, 0 means none
 * @param limitBytes at least 1
 */
record LogOptions(
    boolean follow,
    boolean previous,
    boolean timestamps,
    Optional<Instant> since,
    OptionalLong tailLines,
    OptionalLong limitBytes,
    Streams streams) {

  /** Which of a container's two streams. */
  enum Streams {
    ALL,
    STDOUT,
    STDERR
  }

  private static final long MAXIMUM_SECONDS = 1_000_000_000_000L;

  /** RFC 3339 has four digits. */
  private static final int LAST_YEAR = 9999;

  static LogOptions parse(Map<String, List<String>> query, Instant now) throws HttpProblem {
    OptionalLong sinceSeconds = number(query, "sinceSeconds");
    Optional<Instant> sinceTime = time(query);
    OptionalLong tail = tail(query);
    OptionalLong limit = number(query, "limitBytes");
    Streams streams = streams(query);
    boolean valid =
        (tail.isEmpty() || tail.getAsLong() >= 0)
            && (limit.isEmpty() || limit.getAsLong() >= 1)
            && (sinceSeconds.isEmpty() || sinceSeconds.getAsLong() >= 1)
            && (sinceSeconds.isEmpty() || !query.containsKey("sinceTime"))
            && (streams == Streams.ALL || tail.isEmpty());
    if (!valid) {
      throw new HttpProblem(422, "{\"message\": \"Invalid request.\"}");
    }
    Optional<Instant> since =
        sinceSeconds.isPresent()
            ? Optional.of(now.minusSeconds(Math.min(sinceSeconds.getAsLong(), MAXIMUM_SECONDS)))
            : sinceTime;
    return new LogOptions(
        flag(query, "follow"),
        flag(query, "previous"),
        flag(query, "timestamps"),
        since,
        tail,
        limit,
        streams);
  }

  /** {@code tail} is what clients of old sent. */
  private static OptionalLong tail(Map<String, List<String>> query) throws HttpProblem {
    Optional<String> old = first(query, "tail").filter(v -> !v.isEmpty());
    if (old.isEmpty()) {
      return number(query, "tailLines");
    }
    return old.get().equals("all") ? OptionalLong.empty() : number(old.get());
  }

  private static Streams streams(Map<String, List<String>> query) throws HttpProblem {
    Optional<String> stream = first(query, "stream");
    return switch (stream.orElse("All")) {
      case "All" -> Streams.ALL;
      case "Stdout" -> Streams.STDOUT;
      case "Stderr" -> Streams.STDERR;
      default -> throw new HttpProblem(422, "{\"message\": \"Invalid request.\"}");
    };
  }

  private static boolean flag(Map<String, List<String>> query, String name) {
    return first(query, name)
        .filter(v -> !v.equals("0") && !v.equalsIgnoreCase("false"))
        .isPresent();
  }

  private static OptionalLong number(Map<String, List<String>> query, String name)
      throws HttpProblem {
    Optional<String> value = first(query, name);
    return value.isPresent() ? number(value.get()) : OptionalLong.empty();
  }

  private static OptionalLong number(String value) throws HttpProblem {
    try {
      return OptionalLong.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw undecodable();
    }
  }

  private static Optional<Instant> time(Map<String, List<String>> query) throws HttpProblem {
    Optional<String> value =
        first(query, "sinceTime").filter(v -> !v.isEmpty() && !v.equals("null"));
    try {
      Optional<OffsetDateTime> time = value.map(OffsetDateTime::parse);
      if (time.filter(t -> t.getYear() < 0 || t.getYear() > LAST_YEAR).isPresent()) {
        throw undecodable();
      }
      return time.map(OffsetDateTime::toInstant);
    } catch (DateTimeException e) {
      throw undecodable();
    }
  }

  private static HttpProblem undecodable() {
    return new HttpProblem(400, "{\"message\": \"Unable to decode query.\"}");
  }

  private static Optional<String> first(Map<String, List<String>> query, String name) {
    return query.getOrDefault(name, List.of()).stream().findFirst();
  }
}
