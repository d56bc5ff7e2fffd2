package dev.outrigger.simulator.ecs;

/**
 * An address of its own for each task, within 127.64.0.0/10, which Linux answers without set-up.
 */
final class LoopbackAddresses {
  private LoopbackAddresses() {}

  static String of(String taskId) {
    int hash = taskId.hashCode();
    int host = 1 + ((hash & 0xff) % 254);
    return "127.%d.%d.%d".formatted(64 + ((hash >>> 16) & 0x3f), (hash >>> 8) & 0xff, host);
  }

  static String mac(String taskId) {
    int hash = taskId.hashCode();
    return "%02x:%02x:%02x:%02x"
        .formatted((hash >>> 24) & 0xff, (hash >>> 16) & 0xff, (hash >>> 8) & 0xff, hash & 0xff);
  }
}
