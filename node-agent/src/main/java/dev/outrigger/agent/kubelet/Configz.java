package dev.outrigger.agent.kubelet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * The body of {@code /configz}: the fields of the kubelet's configuration
 * (kubelet.config.k8s.io/v1beta1) that mean something here.
 */
final class Configz {

  private Configz() {}

  static String of(KubeletServerConfig config, boolean reviewsTokens) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode kubelet = root.putObject("kubeletconfig");
    kubelet.put("enableServer", true);
    kubelet.put("address", config.bind().getHostString());
    kubelet.put("port", config.bind().getPort());
    ObjectNode authentication = kubelet.putObject("authentication");
    authentication.putObject("webhook").put("enabled", reviewsTokens);
    authentication.putObject("anonymous").put("enabled", false);
    kubelet.putObject("authorization").put("mode", "Webhook");
    kubelet.put("streamingConnectionIdleTimeout", go(config.limits().streams().idle().value()));
    return root.toString();
  }

  /** As Go writes a duration: {@code 4h0m0s}. */
  private static String go(Duration duration) {
    return "%dh%dm%ds"
        .formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
  }
}
