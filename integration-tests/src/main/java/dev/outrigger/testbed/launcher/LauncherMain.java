package dev.outrigger.testbed.launcher;

import dev.outrigger.agent.cli.Main;
import dev.outrigger.testbed.bench.BenchCommand;
import dev.outrigger.testbed.demo.DemoCommand;
import picocli.CommandLine;

/** {@code outrigger} in a checkout: the agent's commands and the development tools in one help. */
public final class LauncherMain {
  private LauncherMain() {}

  /** Ends with the command's exit code; 2 when the arguments are wrong. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Main.commandLine()
        .addSubcommand(new DemoCommand())
        .addSubcommand(new SimulateAwsCommand())
        .addSubcommand(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true);
  }
}
