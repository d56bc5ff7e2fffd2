package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.agent.api.FakeApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over the wire, against an API server's answers. */
class KubernetesReviewersTest {

  private FakeApiServer api;
  private KubernetesClient client;
  private volatile String path = "";
  private volatile String body = "";
  private volatile String answer = "{}";
  private volatile int status = 201;

  @BeforeEach
  void start() throws Exception {
    api =
        new FakeApiServer(
            request -> {
              path = request.path();
              body = request.body();
              return new FakeApiServer.Answer(status, answer);
            });
    client = api.client();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void tokensUserComesWithGroupsAndExtras() throws Exception {
    answer =
        """
        {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","status":{"authenticated":true,
         "user":{"username":"system:serviceaccount:ns:sa","uid":"u1","groups":["g1"],"extra":{"k":["v"]}}}}
        """;
    assertThat(new KubernetesReviewers(client).review("a-token"))
        .contains(
            new UserInfo(
                "system:serviceaccount:ns:sa", "u1", List.of("g1"), Map.of("k", List.of("v"))));
    assertThat(path).isEqualTo("/apis/authentication.k8s.io/v1/tokenreviews");
    assertThat(body).contains("\"token\":\"a-token\"");
  }

  @Test
  void tokenOfNobodyIsNobodys() throws Exception {
    answer =
        """
        {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","status":{"user":{},"error":"expired"}}
        """;
    assertThat(new KubernetesReviewers(client).review("a-token")).isEmpty();
  }

  @Test
  void accessIsAskedForTheNodesSubresource() throws Exception {
    answer = access("true");
    UserInfo user = new UserInfo("u", "", List.of("g"), Map.of());
    NodeAccess access = new NodeAccess("node-1", "get", "proxy");
    assertThat(new KubernetesReviewers(client).allowed(user, access)).isTrue();
    assertThat(path).isEqualTo("/apis/authorization.k8s.io/v1/subjectaccessreviews");
    assertThat(body)
        .contains("\"resource\":\"nodes\"", "\"subresource\":\"proxy\"", "\"name\":\"node-1\"")
        .contains("\"verb\":\"get\"", "\"user\":\"u\"", "\"groups\":[\"g\"]");
    answer = access("false");
    assertThat(new KubernetesReviewers(client).allowed(user, access)).isFalse();
  }

  private static String access(String allowed) {
    return """
        {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","status":{"allowed":%s}}
        """
        .formatted(allowed);
  }

  @Test
  void refusalOfTheReviewIsAnErrorThatHoldsNoToken() {
    status = 403;
    answer = "{\"kind\":\"Status\",\"code\":403,\"message\":\"not you\"}";
    assertThatThrownBy(() -> new KubernetesReviewers(client).review("a-secret-token"))
        .isInstanceOf(ReviewException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getCause())).doesNotContain("a-secret-token"));
  }
}
