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
 * @param requests of everybody in that time
 * @param deleteCpu of the contestant while the Pods were deleted
 * @param deleteRequests as {@code requests}, while the Pods were deleted
 */
record Round(
    int pods,
    Duration duration,
    long[] latencies,
    Duration cpu,
    Requests requests,
    Duration deleteCpu,
    Requests deleteRequests) {

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

  /** Requests for each Pod that changed something, without its creation. */
  double writes() {
    return requests.writesPerPod(pods, pods);
  }

  /** The same while the Pods were deleted, without the benchmark's own deletions. */
  double deleteWrites() {
    return deleteRequests.writesPerPod(pods, pods);
  }
}
