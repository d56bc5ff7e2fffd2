package dev.outrigger.ecs;

import dev.outrigger.aws.ApiBucket;
import dev.outrigger.aws.AwsCalls;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.SensitiveText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Values from Secrets in AWS Secrets Manager, where ECS reads them itself when it starts a
 * container. Each is named by its content and namespace, hence shared and never changed.
 */
final class SecretStore {

  private final SecretsManagerClient client;
  private final AwsCalls calls;
  private final String cluster;
  private final Map<String, String> arns = new ConcurrentHashMap<>();

  SecretStore(SecretsManagerClient client, AwsCalls calls, String cluster) {
    this.client = client;
    this.calls = calls;
    this.cluster = cluster;
  }

  /**
   * Whether the value belongs here. There is nothing to hide of an empty one, which AWS refuses.
   */
  static boolean keeps(SensitiveText value) {
    return value.isSensitive() && !value.reveal().isEmpty();
  }

  /** Stores every sensitive value of a Pod that is not stored yet, and says where each stands. */
  Map<SensitiveText, String> store(PodWork work) throws ProviderException {
    Map<SensitiveText, String> found = new HashMap<>();
    for (List<ContainerWork> containers : List.of(work.initContainers(), work.containers())) {
      for (ContainerWork container : containers) {
        for (EnvVariable variable : container.env()) {
          SensitiveText value = variable.value();
          if (keeps(value) && !found.containsKey(value)) {
            found.put(value, arn(value, work.key().namespace()));
          }
        }
      }
    }
    return Map.copyOf(found);
  }

  /** Secrets that kept a task from starting may be gone: each is made, or found, anew. */
  void forgetThoseThatFailed(Task task) {
    String reason = task.stoppedReason();
    if (reason != null && reason.startsWith("ResourceInitializationError")) {
      arns.values().removeIf(reason::contains);
    }
  }

  private String arn(SensitiveText value, String namespace) throws ProviderException {
    String name =
        "outrigger/" + namespace + "/" + Digests.slow(value.reveal(), cluster + "/" + namespace);
    String known = arns.get(name);
    if (known != null) {
      return known;
    }
    String arn = createOrFind(name, value);
    arns.put(name, arn);
    return arn;
  }

  private String createOrFind(String name, SensitiveText value) throws ProviderException {
    try {
      return calls
          .call(
              "secretsmanager:CreateSecret",
              ApiBucket.SECRETS_WRITE,
              () ->
                  client.createSecret(
                      r ->
                          r.name(name)
                              .secretString(value.reveal())
                              .description("An environment variable of a Pod; made by Outrigger")))
          .arn();
    } catch (ProviderException.Conflict exists) {
      return calls
          .call(
              "secretsmanager:DescribeSecret",
              ApiBucket.SECRETS_WRITE,
              () -> client.describeSecret(r -> r.secretId(name)))
          .arn();
    }
  }
}
