package dev.outrigger.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.Provider;
import java.util.List;

/** Runs Pods with mounts, in every way in which this host permits them. */
abstract class MountFixture extends HostFixture {

  static List<String> ways() {
    return MountNamespaces.ALL;
  }

  final Provider open(String way) {
    MountNamespaces namespaces = MountNamespaces.tried(List.of(way));
    assumeTrue(namespaces.arePermitted(), namespaces.refusal());
    return open(namespaces);
  }

  final PodAttempt create(MountedPod pod) throws Exception {
    create(pod.work());
    return pod.attempt();
  }
}
