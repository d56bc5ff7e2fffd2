package dev.outrigger.testbed.bench;

import java.util.List;

/** Percentiles of a few samples. */
final class Samples {
  private Samples() {}

  static double median(List<Double> samples) {
    return percentile(samples, 50);
  }

  /** The smallest sample that is not below this part of them. */
  static double percentile(List<Double> samples, double percent) {
    List<Double> sorted = samples.stream().sorted().toList();
    int index = (int) Math.ceil(sorted.size() * percent / 100) - 1;
    return sorted.get(Math.clamp(index, 0, sorted.size() - 1));
  }
}
