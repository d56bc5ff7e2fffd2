package dev.outrigger.testbed;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Starts the shared control plane before the first test: where its programs are to be built, that
 * takes minutes, which no test's time-out is to count. Ends what is shared after the last.
 */
public final class EarlyCluster implements LauncherSessionListener {

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    if (System.getProperty(Cluster.FOLDER) == null) {
      return;
    }
    try {
      Cluster.shared();
    } catch (TestbedException e) {
      // Told by each test that asks for one.
      System.out.println(e.getMessage());
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    SharedNodes.close();
  }
}
