package dev.outrigger.agent.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.observe.FakeEvents;
import dev.outrigger.agent.resolve.FakeConfigs;
import dev.outrigger.agent.resolve.NodeFacts;
import dev.outrigger.agent.resolve.PodResolver;
import dev.outrigger.agent.resolve.Sweep;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VolumeUpdatesTest {

  private static final NodeFacts NODE =
      new NodeFacts("node", "10.0.0.9", Map.of(), false, Map.of());

  private final FakeConfigs configs =
      new FakeConfigs()
          .map("settings", false, Map.of("colour", "red"))
          .map("fixed", true, Map.of("colour", "grey"))
          .secret("keys", "key", "hush");
  private final List<String> updates = new ArrayList<>();
  private final FakeEvents events = new FakeEvents();
  private final List<VolumeUpdates.Running> running = new ArrayList<>();
  private boolean refusing;
  private final VolumeUpdates volumes =
      new VolumeUpdates(
          sweep -> new PodResolver(sweep, NODE),
          new Sweep(configs),
          this::note,
          () -> running,
          events);

  @Test
  void onlyWhatHasChangedIsSentAndItIsSentOnce() {
    runs("a", "x");
    volumes.sweep();
    assertThat(updates).containsExactly("a c=red", "a s=hush", "a f=grey", "a d=x");
    updates.clear();

    volumes.sweep();
    assertThat(updates).isEmpty();

    configs.map("settings", false, Map.of("colour", "blue"));
    volumes.sweep();
    volumes.sweep();
    assertThat(updates).containsExactly("a c=blue");
  }

  @Test
  void aChangedLabelIsSent() {
    runs("a", "x");
    volumes.sweep();
    updates.clear();
    running.clear();
    runs("a", "y");

    volumes.sweep();
    assertThat(updates).containsExactly("a d=y");
  }

  @Test
  void eachObjectIsReadOnceForAllPodsAndAnImmutableOneNeverAgain() {
    runs("a", "x");
    runs("b", "x");
    volumes.sweep();
    assertThat(configs.reads())
        .containsExactly("configmap settings", "secret keys", "configmap fixed");
    configs.reads().clear();
    updates.clear();

    configs.map("fixed", true, Map.of("colour", "pink"));
    volumes.sweep();
    assertThat(configs.reads()).containsExactly("configmap settings", "secret keys");
    assertThat(updates).isEmpty();
  }

  @Test
  void whatIsMissingIsToldAndLeavesTheVolumesAsTheyAre() {
    runs("a", "x");
    volumes.sweep();
    updates.clear();
    configs.remove("keys");

    volumes.sweep();

    assertThat(updates).isEmpty();
    assertThat(events.told())
        .containsExactly(
            new FakeEvents.Event(
                "FailedMount",
                "MountVolume.SetUp failed for volume \"s\" : secret \"keys\" not found"));
  }

  @Test
  void whatTheBackendDidNotTakeIsSentAgain() {
    runs("a", "x");
    volumes.sweep();
    updates.clear();
    configs.map("settings", false, Map.of("colour", "blue"));
    refusing = true;
    volumes.sweep();
    assertThat(updates).isEmpty();

    refusing = false;
    volumes.sweep();
    assertThat(updates).containsExactly("a c=blue");
  }

  private void runs(String uid, String label) {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p, namespace: ns, uid: %s, labels: {l: %s}}
            spec:
              containers: [{name: c, image: i}]
              volumes:
              - {name: c, configMap: {name: settings}}
              - {name: s, secret: {secretName: keys}}
              - {name: f, configMap: {name: fixed}}
              - {name: d, downwardAPI: {items: [{path: l, fieldRef: {fieldPath: "metadata.labels['l']"}}]}}
            """
                .formatted(uid, label),
            Pod.class);
    running.add(new VolumeUpdates.Running(new PodAttempt(new PodKey(uid, "ns", "p"), 0), pod));
  }

  private void note(PodAttempt attempt, List<ResolvedVolume> changed) throws ProviderException {
    if (refusing) {
      throw new ProviderException.Unavailable("not now", null);
    }
    for (ResolvedVolume volume : changed) {
      String content = new String(volume.files().getFirst().content(), StandardCharsets.UTF_8);
      updates.add(attempt.key().uid() + " " + volume.name() + "=" + content);
    }
  }
}
