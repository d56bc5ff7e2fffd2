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
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Completion in bash and zsh: source <(outrigger generate-completion)",
      "Log level: OUTRIGGER_LOG_LEVEL = error, warn, info (default) or debug"
    },
    subcommands = {
      RunCommand.class,
      ExplainCommand.class,
      PolicyCommand.class,
      ProviderCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    Logging.configure();
    System.exit(commandLine().execute(args));
  }

  /** All commands of the agent, for a program that has more of them. */
  public static CommandLine commandLine() {
    return new CommandLine(new Main());
  }
}
