package dev.outrigger.local;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** What this host has. */
final class HostCapacity {

  private HostCapacity() {}

  static Map<String, String> read() {
    Runtime runtime = Runtime.getRuntime();
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return Map.of(
        "cpu",
        Integer.toString(runtime.availableProcessors()),
        "memory",
        memory / 1024 + "Ki",
        "pods",
        "110");
  }

  static Map<String, String> labels() {
    String arch = System.getProperty("os.arch");
    return Map.of(
        "kubernetes.io/os",
        "linux",
        "kubernetes.io/arch",
        switch (arch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> arch;
        });
  }
}
