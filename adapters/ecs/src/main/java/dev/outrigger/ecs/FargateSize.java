package dev.outrigger.ecs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A size that Fargate offers.
 *
 * @param cpuUnits 1,024 are one vCPU
 */
record FargateSize(int cpuUnits, int memoryMiB) {

  /** Smallest first, by CPU and then memory. Source: ECS Developer Guide, "Task size". */
  private static final List<FargateSize> ALL = sizes();

  /** The smallest that holds both, if any. */
  static Optional<FargateSize> holding(long cpuUnits, long memoryMiB) {
    return ALL.stream().filter(s -> s.cpuUnits >= cpuUnits && s.memoryMiB >= memoryMiB).findFirst();
  }

  /** The one that comes nearest to what none can hold. */
  static FargateSize nearest(long cpuUnits, long memoryMiB) {
    return ALL.stream()
        .min(
            Comparator.comparingLong(
                s -> Math.abs(s.cpuUnits - cpuUnits) * 2 + Math.abs(s.memoryMiB - memoryMiB)))
        .orElseThrow();
  }

  static List<FargateSize> all() {
    return ALL;
  }

  @Override
  public String toString() {
    return cpuUnits / 1024.0 + " vCPU with " + memoryMiB + " MiB";
  }

  private static List<FargateSize> sizes() {
    List<FargateSize> sizes = new ArrayList<>();
    sizes.add(new FargateSize(256, 512));
    addGiB(sizes, 256, 1, 2, 1);
    addGiB(sizes, 512, 1, 4, 1);
    addGiB(sizes, 1024, 2, 8, 1);
    addGiB(sizes, 2048, 4, 16, 1);
    addGiB(sizes, 4096, 8, 30, 1);
    addGiB(sizes, 8192, 16, 60, 4);
    addGiB(sizes, 16384, 32, 120, 8);
    addGiB(sizes, 32768, 60, 120, 60);
    addGiB(sizes, 32768, 244, 244, 1);
    return List.copyOf(sizes);
  }

  private static void addGiB(List<FargateSize> sizes, int cpu, int from, int to, int step) {
    for (int gib = from; gib <= to; gib += step) {
      sizes.add(new FargateSize(cpu, gib * 1024));
    }
  }
}
