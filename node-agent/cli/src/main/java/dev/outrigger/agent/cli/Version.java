package dev.outrigger.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The agent's version, which the build writes beside this class. */
final class Version implements IVersionProvider {

  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
