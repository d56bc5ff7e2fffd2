package dev.outrigger.agent.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code outrigger}: the agent's command line. */
@Command(
    name = "outrigger",
    description = "Kubernetes nodes that run their Pods on AWS Lambda, Amazon ECS or any backend.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {RunCommand.class, VersionCommand.class, AutoComplete.GenerateCompletion.class})
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Logging.configure();
    CommandLine line = new CommandLine(new Main());
    System.exit(line.execute(args));
  }
}
