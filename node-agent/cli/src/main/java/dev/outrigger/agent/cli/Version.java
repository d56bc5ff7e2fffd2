package dev.outrigger.agent.cli;

import picocli.CommandLine.IVersionProvider;

/** The agent's version, from the jar's manifest. */
final class Version implements IVersionProvider {

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** In the form that {@code node.status.nodeInfo.kubeletVersion} has to have. */
  static String kubelet() {
    return "v1.35.0-outrigger-" + text();
  }

  @Override
  public String[] getVersion() {
    return new String[] {"outrigger " + text() + " (Java " + Runtime.version() + ")"};
  }
}
