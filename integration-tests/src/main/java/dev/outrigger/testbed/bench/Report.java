package dev.outrigger.testbed.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The figures as a table, each contestant beside the first with its ratio to it. */
final class Report {
  private static final int LABEL = 52;

  private final StringBuilder text = new StringBuilder();
  private final List<Result> results;

  private Report(List<Result> results) {
    this.results = results;
  }

  static String of(List<Result> results, int pods, int rate) {
    Report report = new Report(results);
    report.head(pods);
    report.line("start of the process to Node Ready, s", "%.2f", r -> r.start().toMillis() / 1e3);
    report.line("  CPU of that, s", "%.2f", r -> r.startCpu().toMillis() / 1e3);
    report.line("first burst after the start, Pods/s", "%.0f", r -> r.cold().perSecond());
    report.line("  CPU ms per Pod, create to Running", "%.2f", r -> r.cold().cpuMillis());
    report.line("best later burst, Pods/s", "%.0f", r -> r.warm().perSecond());
    report.line("  CPU ms per Pod, create to Running", "%.2f", r -> r.warm().cpuMillis());
    report.line("  CPU ms per Pod, delete", "%.2f", r -> r.warm().deleteCpuMillis());
    report.line("  create to Running p50, ms", "%.0f", r -> r.warm().percentile(50));
    report.line("  create to Running p99, ms", "%.0f", r -> r.warm().percentile(99));
    report.line("  API writes per Pod, create to Running", "%.2f", r -> r.warm().writes());
    report.line("  API writes per Pod, delete", "%.2f", r -> r.warm().deleteWrites());
    report.line("at " + rate + " Pods/s, p50 ms", "%.0f", r -> r.steady().percentile(50));
    report.line("at " + rate + " Pods/s, p99 ms", "%.0f", r -> r.steady().percentile(99));
    report.line("  CPU ms per Pod, create to Running", "%.2f", r -> r.steady().cpuMillis());
    report.line("RSS before the first Pod, MiB", "%.0f", Result::idleMebibytes);
    report.line("RSS at most, MiB", "%.0f", Result::peakMebibytes);
    return report.text.toString();
  }

  private void head(int pods) {
    text.append(
        "%n%d Pods a round, %d processors shared with the control plane%n"
            .formatted(pods, Runtime.getRuntime().availableProcessors()));
    text.append(" ".repeat(LABEL));
    results.forEach(r -> text.append("%18s".formatted(r.name())));
    text.append(System.lineSeparator());
  }

  private void line(String label, String format, ToDoubleFunction<Result> figure) {
    text.append(("%-" + LABEL + "s").formatted(label));
    double first = figure.applyAsDouble(results.getFirst());
    for (Result each : results) {
      double value = figure.applyAsDouble(each);
      String shown = String.format(Locale.ROOT, format, value);
      String ratio =
          each.equals(results.getFirst()) || first == 0
              ? ""
              : String.format(Locale.ROOT, " (×%.2f)", value / first);
      text.append("%18s".formatted(shown + ratio));
    }
    text.append(System.lineSeparator());
  }
}
