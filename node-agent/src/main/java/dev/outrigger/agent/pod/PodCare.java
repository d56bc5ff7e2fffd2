package dev.outrigger.agent.pod;

import dev.outrigger.agent.hook.PostStarts;
import dev.outrigger.agent.hook.PreStops;
import dev.outrigger.agent.observe.PodEvents;
import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.PodProbes;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.provider.Provider;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** What the agent does for containers while they run: hooks and probes. Does not block. */
final class PodCare implements ContainerCare {

  private final PodProbes probes;
  private final PostStarts postStarts;
  private final PreStops preStops;
  private final LastWords lastWords;
  private final PodEvents events;

  PodCare(Provider provider, PodEvents events, Clock clock, Listener listener) {
    this.events = events;
    this.probes = new PodProbes(provider, events, clock, listener::probed);
    this.postStarts = new PostStarts(provider, events, listener::hooked);
    this.preStops = new PreStops(provider, events, clock, listener::stoppedWaiting);
    this.lastWords = new LastWords(provider.logs().map(LogTails::new), listener);
  }

  @Override
  public boolean sync(PodEntry entry, PodSituation now) {
    if (now.pod() == null || now.workload() == null || now.workload().isTerminated()) {
      String uid = entry.key().uid();
      postStarts.forget(uid);
      probes.forget(uid);
      preStops.forget(uid);
    } else {
      postStarts.sync(now.pod(), now.workload(), now.status());
      probes.sync(now.pod(), now.workload(), now.status());
    }
    return lastWords.awaits(now);
  }

  @Override
  public void forget(String uid) {
    lastWords.forget(uid);
  }

  @Override
  public Optional<Duration> beforeStop(
      PodSituation now, Duration grace, Optional<PodHealth.Unwell> unwell, boolean restarts) {
    if (now.pod() == null || now.workload() == null) {
      return Optional.of(grace);
    }
    if (now.latestStop() == null && !preStops.hasBegun(now.workload().key().uid())) {
      for (Container container : ProbeTarget.containers(now.pod())) {
        ProbeTarget.of(now.pod(), container, now.workload())
            .ifPresent(target -> tellStop(target, unwell, restarts));
      }
    }
    return preStops.graceLeft(now.pod(), now.workload(), grace);
  }

  @Override
  public Optional<Duration> beforeStop(PodSituation now, PodAction.StopContainer stop) {
    if (now.pod() == null || now.workload() == null) {
      return Optional.of(stop.grace());
    }
    Optional<ProbeTarget> running =
        ProbeTarget.containers(now.pod()).stream()
            .filter(c -> c.getName().equals(stop.unwell().container()))
            .flatMap(c -> ProbeTarget.of(now.pod(), c, now.workload()).stream())
            .findFirst();
    if (running.isEmpty()) {
      return Optional.of(stop.grace());
    }
    ProbeTarget target = running.get();
    PodSituation.StopRequest asked = now.containerStops().get(target.container());
    if ((asked == null || asked.attempt() < target.number()) && !preStops.hasBegun(target)) {
      String message = stop.unwell().message(target.isInit(), stop.again());
      events.in(target.fieldPath()).normal(target.attempt().key(), "Killing", message);
    }
    return preStops.graceLeft(now.pod(), now.workload(), target, stop.grace());
  }

  private void tellStop(ProbeTarget target, Optional<PodHealth.Unwell> unwell, boolean restarts) {
    String message =
        unwell
            .filter(u -> restarts || u.probe().isEmpty())
            .filter(u -> u.container().equals(target.container()))
            .map(u -> u.message(target.isInit(), restarts))
            .orElse("Stopping container " + target.container());
    events.in(target.fieldPath()).normal(target.attempt().key(), "Killing", message);
  }

  @Override
  public void close() {
    postStarts.close();
    probes.close();
    preStops.close();
    lastWords.close();
  }
}
