package dev.outrigger.agent.pod;

import dev.outrigger.agent.probe.PodHealth;
import dev.outrigger.agent.probe.ProbeKind;
import dev.outrigger.provider.ContainerObservation;
import dev.outrigger.provider.ContainerState;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Pod's situation in the making. */
final class Given {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final PodKey KEY = new PodKey("u", "ns", "p");

  private final @Nullable Pod pod;
  private PodStatus status = new PodStatus();
  private @Nullable PodStatus overwritten;
  private boolean unanswered;
  private boolean deleted;
  private Duration graceWhenGone = Duration.ZERO;
  private @Nullable Workload workload;
  private boolean admitted;
  private PodSituation.@Nullable StopRequest stop;
  private PodHealth health = PodHealth.UNPROBED;
  private int forgiven;
  private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
  private final Map<String, PodSituation.StopRequest> containerStops = new HashMap<>();
  private final Map<String, Integer> started = new HashMap<>();

  Given(@Nullable Pod pod) {
    this.pod = pod;
  }

  PodAction decide() {
    return PodDecision.decide(
        new PodSituation(
            pod,
            status,
            status.getStartTime(),
            overwritten,
            deleted,
            graceWhenGone,
            workload,
            false,
            unanswered,
            admitted,
            stop,
            containerStops,
            started,
            health,
            forgiven,
            traits,
            NOW));
  }

  Given admitted() {
    admitted = true;
    return this;
  }

  Given unanswered() {
    unanswered = true;
    return this;
  }

  Given overwritten(PodStatus end) {
    overwritten = end;
    return this;
  }

  Given oneShot() {
    return with(Trait.ONE_SHOT);
  }

  Given with(Trait trait) {
    traits.add(trait);
    return this;
  }

  Given deleted() {
    deleted = true;
    return this;
  }

  Given graceWhenGone(int seconds) {
    graceWhenGone = Duration.ofSeconds(seconds);
    return this;
  }

  Given forgiven(int attempt) {
    forgiven = attempt;
    return this;
  }

  Given unwell(int attempt) {
    return unwell(
        attempt, new PodHealth.Unwell("c", 0, Optional.of(ProbeKind.LIVENESS), Optional.empty()));
  }

  Given unwell(int attempt, PodHealth.Unwell... unwell) {
    health = new PodHealth(attempt, Set.of(), Set.of(), Set.of(), List.of(unwell));
    return this;
  }

  Given health(PodHealth found) {
    health = found;
    return this;
  }

  Given toldStarted(String container, int run) {
    started.put(container, run);
    return this;
  }

  Given containerStopped(String container, int grace, int run) {
    containerStops.put(
        container, new PodSituation.StopRequest(NOW, Duration.ofSeconds(grace), run));
    return this;
  }

  Given stopped(int grace, int attempt) {
    stop = new PodSituation.StopRequest(NOW, Duration.ofSeconds(grace), attempt);
    return this;
  }

  Given status(String yaml) {
    status = Serialization.unmarshal("---\n" + yaml, PodStatus.class);
    return this;
  }

  Given workload(Workload seen) {
    workload = seen;
    return this;
  }

  Given workload(int attempt, ContainerState state) {
    workload =
        new Workload(
            new PodAttempt(KEY, attempt), "h", List.of(new ContainerObservation("c", state)));
    return this;
  }

  /** An end of a container that ran for no time. */
  static ContainerState ended(int code, Instant at) {
    return new ContainerState.Terminated(OptionalInt.of(code), "", "", Optional.of(at), at);
  }

  /** One of a single container, {@code c}. */
  static Pod pod(String policy) {
    return new PodBuilder()
        .withNewMetadata()
        .withUid("u")
        .withNamespace("ns")
        .withName("p")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(policy)
        .addNewContainer()
        .withName("c")
        .endContainer()
        .endSpec()
        .build();
  }
}
