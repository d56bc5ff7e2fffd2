package dev.outrigger.agent.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code outrigger version}. */
@Command(name = "version", description = "Prints the version.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class VersionCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println(new Version().getVersion()[0]);
  }
}
