package dev.outrigger.testbed;

/** How a command ended. */
public record CommandResult(String command, int exitCode, String output, String errors) {

  /** True if it ended with 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /**
   * Its standard output.
   *
   * @throws TestbedException when it failed, with what it said
   */
  public String orThrow() {
    if (!succeeded()) {
      throw new TestbedException(command + " ended with " + exitCode + ": " + errors + output);
    }
    return output;
  }
}
