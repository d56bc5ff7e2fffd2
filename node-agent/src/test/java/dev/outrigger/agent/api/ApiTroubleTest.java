package dev.outrigger.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

final class ApiTroubleTest {

  @Test
  void whatTheServerSaidIsToldWithItsCode() {
    var status = new StatusBuilder().withCode(401).withMessage("Unauthorized").build();

    assertThat(ApiTrouble.text(new KubernetesClientException(status)))
        .isEqualTo("401 Unauthorized");
  }

  @Test
  void whyItCouldNotBeAskedIsTheInnermostCause() {
    var refused = new IOException("wrapped", new ConnectException("Connection refused"));

    assertThat(ApiTrouble.text(new KubernetesClientException("An error has occurred.", refused)))
        .isEqualTo("Connection refused");
    assertThat(ApiTrouble.text(new KubernetesClientException("x", new ConnectException())))
        .isEqualTo("ConnectException");
  }
}
