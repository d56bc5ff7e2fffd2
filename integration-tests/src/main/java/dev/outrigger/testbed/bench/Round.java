package dev.outrigger.testbed.bench;

import java.time.Duration;
import java.util.Arrays;

/**
 * What one round showed.
 *
 * @param pods how many
 * @param duration from the first create to the last Running
 * @param latencies of each Pod, create to Running, nanoseconds, ascending
 * @param cpu of the contestant in that time
 * @param writes requests of the contestant for each Pod that changed something
 * @param deleteCpu of the contestant while the Pods were deleted
 * @param deleteWrites as {@code writes}, while the Pods were deleted
 */
record Round(
    int pods,
    Duration duration,
    long[] latencies,
    Duration cpu,
    double writes,
    Duration deleteCpu,
    double deleteWrites) {

  Round {
    latencies = latencies.clone();
    Arrays.sort(latencies);
  }

  double perSecond() {
    return pods / (duration.toNanos() / 1e9);
  }

  double cpuMillis() {
    return cpu.toNanos() / 1e6 / pods;
  }

  double deleteCpuMillis() {
    return deleteCpu.toNanos() / 1e6 / pods;
  }

  /** The latency that {@code percent} of the Pods did not exceed, ms. */
  double percentile(int percent) {
    int index = Math.max(0, (int) Math.ceil(latencies.length * percent / 100.0) - 1);
    return latencies[index] / 1e6;
  }
}
