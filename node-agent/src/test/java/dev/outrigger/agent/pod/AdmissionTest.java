package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private final Admission admission =
      new Admission(
          Map.of(
              "cpu", new BigDecimal(2), "memory", new BigDecimal(1024), "pods", new BigDecimal(3)));

  @Test
  void podBeyondTheNodesCpuIsRejectedInTheKubeletsWords() {
    assertThat(admission.admit(pod("a", "cpu: 2"))).isEmpty();
    assertThat(admission.admit(pod("b", "cpu: 250m")))
        .contains(
            new Admission.Rejection(
                "OutOfcpu",
                "Node didn't have enough resource: cpu, requested: 250, used:"
                    + " 2000, capacity: 2000"));
  }

  @Test
  void podThatEndedMakesRoom() {
    assertThat(admission.admit(pod("a", "memory: 1Ki"))).isEmpty();
    assertThat(admission.admit(pod("b", "memory: 1"))).isPresent();
    admission.release("a");
    assertThat(admission.admit(pod("b", "memory: 1"))).isEmpty();
  }

  @Test
  void numberOfPodsIsLimited() {
    for (String uid : new String[] {"a", "b", "c", "a"}) {
      assertThat(admission.admit(pod(uid, ""))).isEmpty();
    }
    assertThat(admission.admit(pod("d", "")).orElseThrow().reason()).isEqualTo("OutOfpods");
  }

  @Test
  void whatMayBeUsedIsWhatMayBeUsedWhenThePodComes() {
    AtomicReference<String> pods = new AtomicReference<>("1");
    Admission live = new Admission(() -> Map.of("pods", new BigDecimal(pods.get())));

    assertThat(live.admit(pod("a", ""))).isEmpty();
    assertThat(live.admit(pod("b", ""))).isPresent();
    pods.set("2");
    assertThat(live.admit(pod("b", ""))).isEmpty();
    pods.set("1");
    assertThat(live.admit(pod("b", ""))).isEmpty();
    assertThat(live.admit(pod("c", ""))).isPresent();
  }

  @Test
  void initContainersCountByTheirPeakAndSidecarsWithTheRest() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: n, uid: u}
            spec:
              initContainers:
              - {name: side, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
              - {name: init, resources: {requests: {cpu: "1"}}}
              containers:
              - {name: a, resources: {requests: {cpu: 300m}}}
              - {name: b, resources: {requests: {cpu: 300m}}}
            """,
            Pod.class);
    assertThat(PodRequests.of(pod).get("cpu")).isEqualByComparingTo("1.1");
  }

  private static Pod pod(String uid, String requests) {
    return Serialization.unmarshal(
        "metadata: {name: p, namespace: n, uid: %s}\nspec: {containers: [{name: c, resources: {requests: {%s}}}]}"
            .formatted(uid, requests),
        Pod.class);
  }
}
