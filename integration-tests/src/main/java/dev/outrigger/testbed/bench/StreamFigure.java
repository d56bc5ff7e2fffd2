package dev.outrigger.testbed.bench;

/** What {@code bench streams} measures. */
enum StreamFigure {
  EXEC_MEDIAN("exec of true, p50 ms"),
  EXEC_SLOW("exec of true, p99 ms"),
  EXEC_AT_ONCE("20 execs of true at once, ms"),
  STDOUT_WEBSOCKET("exec stdout, WebSocket, MiB/s"),
  STDOUT_SPDY("exec stdout, SPDY, MiB/s"),
  STDIN_WEBSOCKET("exec stdin, WebSocket, MiB/s"),
  STDIN_SPDY("exec stdin, SPDY, MiB/s"),
  LOGS("logs, MiB/s");

  private final String label;

  StreamFigure(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
