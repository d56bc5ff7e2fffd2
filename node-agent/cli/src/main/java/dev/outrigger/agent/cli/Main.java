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
    keepKeysInMemory();
    System.exit(commandLine().execute(args));
  }

  /**
   * The TLS libraries wrap each private key in a key store that never leaves the memory. Its
   * password protects nothing there, and the 10,000 rounds by which a key is made of it are a tenth
   * of an agent's start.
   */
  private static void keepKeysInMemory() {
    System.setProperty("keystore.pkcs12.keyPbeIterationCount", "1");
  }

  /** All commands of the agent, for a program that has more of them. */
  public static CommandLine commandLine() {
    return new CommandLine(new Main());
  }
}
