package dev.outrigger.lambda;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The platform's lines in the log format Text (Lambda developer guide, "Viewing logs"). */
final class PlatformTexts {

  static final String ID =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

  private static final Pattern START =
      Pattern.compile("START RequestId: (" + ID + ") Version: (?:\\$LATEST|\\d+)");
  private static final Pattern END = Pattern.compile("END RequestId: (" + ID + ")");
  private static final Pattern REPORT =
      Pattern.compile(
          "REPORT RequestId: ("
              + ID
              + ")\tDuration: [0-9.]+ ms\tBilled Duration: [0-9.]+ ms\t"
              + "Memory Size: \\d+ MB\tMax Memory Used: (\\d{1,9}) MB(?s:\\s.*)?");
  private static final Pattern INIT_START =
      Pattern.compile("INIT_START Runtime Version: \\S+\tRuntime Version ARN:.*");
  private static final Pattern INIT_REPORT =
      Pattern.compile("INIT_REPORT Init Duration: [0-9.]+ ms\tPhase: \\w+\tStatus: \\w+.*");
  private static final Pattern XRAY =
      Pattern.compile(
          "XRAY TraceId: 1-[0-9a-f]{8}-[0-9a-f]{24}(?:\tSegmentId: [0-9a-f]{16})?\tSampled: \\w+");
  private static final Pattern TIMEOUT =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\S+Z (" + ID + ") Task timed out after [0-9.]+ seconds");
  private static final Pattern FAILURE =
      Pattern.compile(
          "RequestId: ("
              + ID
              + ") (?:Process exited before completing request|Error: Runtime exited .*"
              + "|Error: .*\\R(?:Runtime|Sandbox|Function|Extension)\\.\\w+)(?s:\\R.*)?");

  private static final Pattern STATUS = Pattern.compile("\tStatus: (\\w+)");
  private static final Pattern ERROR_TYPE = Pattern.compile("\tError Type: (\\S+)");
  private static final Pattern TRACE = Pattern.compile("\nXRAY TraceId: (\\S+)");

  private PlatformTexts() {}

  static Optional<PlatformLine> of(Instant time, String text) {
    return match(START, text, m -> new PlatformLine.Start(m.group(1), Optional.empty()))
        .or(() -> match(END, text, m -> new PlatformLine.Other(Optional.of(m.group(1)))))
        .or(() -> match(REPORT, text, m -> report(m, time, text)))
        .or(() -> match(INIT_START, text, m -> new PlatformLine.InitStart()))
        .or(() -> match(INIT_REPORT, text, m -> new PlatformLine.Other(Optional.empty())))
        .or(() -> match(XRAY, text, m -> new PlatformLine.Other(Optional.empty())))
        .or(() -> match(TIMEOUT, text, m -> failure(m, text)))
        .or(() -> match(FAILURE, text, m -> failure(m, text)));
  }

  private static Optional<PlatformLine> match(
      Pattern pattern, String text, Function<Matcher, PlatformLine> line) {
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(line.apply(matcher)) : Optional.empty();
  }

  private static PlatformLine failure(Matcher matcher, String text) {
    return new PlatformLine.Failure(matcher.group(1), text.lines().findFirst().orElse(text));
  }

  private static PlatformLine report(Matcher matcher, Instant time, String text) {
    return new PlatformLine.Report(
        new LogReport(
            matcher.group(1),
            time,
            first(STATUS, text).orElse(""),
            first(ERROR_TYPE, text),
            first(TRACE, text),
            Optional.empty(),
            OptionalLong.of(Long.parseLong(matcher.group(2)) << 20)));
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
