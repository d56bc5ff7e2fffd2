package dev.outrigger.agent.replica;

import dev.outrigger.agent.api.ManualClock;
import dev.outrigger.agent.config.ReplicasConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A replica on a machine of its own, whose time and whose steps a test decides about. */
final class Candidate {

  static final ReplicasConfig CONFIG =
      new ReplicasConfig(
          "ns", "agents", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2), 0);

  final String name;
  final ManualClock time;
  final List<String> halted = new ArrayList<>();
  final Fence fence;
  final Members members;
  final Election election;

  Candidate(String name, Leases leases, ManualClock time) {
    this.name = name;
    this.time = time;
    this.fence = new Fence(CONFIG.renewDeadline(), time, halted::add);
    LeaseTerms life = new LeaseTerms(name, Members.DURATION, time);
    this.members = new Members(leases, CONFIG, "agents-" + name, life, time);
    LeaseTerms lead = new LeaseTerms(name, CONFIG.leaseDuration(), time);
    this.election = new Election(leases, CONFIG, lead, time, fence, members::hasEnded);
  }

  Candidate(String name, Leases leases) {
    this(name, leases, new ManualClock());
  }

  /** Looks at the Lease; a refusal or an outage is for the next look. */
  void look() {
    try {
      election.step();
    } catch (KubernetesClientException e) {
      // As the loop around it.
    } catch (IllegalStateException e) {
      // It would have ended here.
      if (halted.isEmpty()) {
        throw e;
      }
    }
  }

  boolean leads() {
    return election.isLeading();
  }

  /** Whether it would tell a backend something now. */
  boolean mayAct() {
    try {
      fence.check();
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }
}
