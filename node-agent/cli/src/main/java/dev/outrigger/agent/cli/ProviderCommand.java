package dev.outrigger.agent.cli;

import picocli.CommandLine.Command;

/** {@code outrigger provider}: backends apart from the agent. */
@Command(
    name = "provider",
    description = "Serves a provider to agents elsewhere.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ProviderServeCommand.class)
final class ProviderCommand {}
