package dev.outrigger.simulator.ecs;

import java.util.Map;
import java.util.function.IntPredicate;

/** The pairs of CPU units and MiB that Fargate has ("Task size", ECS developer guide). */
final class FargateSizes {
  private static final int GIB = 1024;
  private static final Map<Integer, IntPredicate> MEMORY =
      Map.of(
          256, mib -> mib == 512 || mib == GIB || mib == 2 * GIB,
          512, range(1, 4, 1),
          1024, range(2, 8, 1),
          2048, range(4, 16, 1),
          4096, range(8, 30, 1),
          8192, range(16, 60, 4),
          16384, range(32, 120, 8),
          32768, mib -> mib == 60 * GIB || mib == 120 * GIB || mib == 244 * GIB);

  private FargateSizes() {}

  private static IntPredicate range(int from, int to, int step) {
    return mib ->
        mib % GIB == 0 && mib / GIB >= from && mib / GIB <= to && (mib / GIB - from) % step == 0;
  }

  static void check(String cpu, String memory) {
    try {
      IntPredicate allowed = MEMORY.get(Integer.parseInt(cpu));
      if (allowed != null && allowed.test(Integer.parseInt(memory))) {
        return;
      }
    } catch (NumberFormatException e) {
      throw EcsFaults.client("Invalid setting for container size: " + cpu + ", " + memory);
    }
    throw EcsFaults.client(
        "No Fargate configuration exists for given values: %s CPU, %s memory. See the Amazon ECS"
                .formatted(cpu, memory)
            + " documentation for the valid values.");
  }
}
