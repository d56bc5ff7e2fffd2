package dev.outrigger.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.agent.api.ApiServer;
import dev.outrigger.agent.api.FakeApiServer;
import dev.outrigger.provider.PodKey;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StatusWriterTest {

  private static final PodKey KEY = new PodKey("old", "ns", "p".repeat(253));

  @Test
  void statusOfAPodWhoseNameASuccessorHasTakenIsNoTrouble() throws IOException {
    assertThat(isThere(invalid("metadata.uid: Invalid value: \\\"old\\\": field is immutable")))
        .isFalse();
  }

  @Test
  void statusThatTheApiServerRefusesIsTrouble() {
    assertThatThrownBy(() -> isThere(invalid("status.phase: Invalid value")))
        .isInstanceOf(KubernetesClientException.class);
  }

  private static FakeApiServer.Answer invalid(String why) {
    return new FakeApiServer.Answer(
        422,
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"Pod %s is invalid: %s\"}"
            .formatted(KEY.name(), why));
  }

  private static boolean isThere(FakeApiServer.Answer answer) throws IOException {
    try (FakeApiServer server = new FakeApiServer(request -> answer)) {
      PodStatus running = new PodStatusBuilder().withPhase("Running").build();
      return new StatusWriter(new ApiServer(server.client())).write(KEY, new PodStatus(), running);
    }
  }
}
