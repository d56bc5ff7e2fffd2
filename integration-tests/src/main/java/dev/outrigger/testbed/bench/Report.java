package dev.outrigger.testbed.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** What was measured of each contestant, as a table. */
final class Report {
  private final Table table;
  private final List<Result> results;

  private Report(Table table, List<Result> results) {
    this.table = table;
    this.results = results;
  }

  static String of(List<Result> results, int pods, int rate) {
    Table table =
        new Table(
            "%d Pods a round, %d processors shared with the control plane"
                .formatted(pods, Runtime.getRuntime().availableProcessors()),
            results.stream().map(Result::name).toList());
    Report report = new Report(table, results);
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
    return table.toString();
  }

  private void line(String label, String format, ToDoubleFunction<Result> figure) {
    table.line(label, format, results.stream().map(figure::applyAsDouble).toList());
  }
}
