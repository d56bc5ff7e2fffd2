package dev.outrigger.simulator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Secrets Manager (API version 2017-10-17). DeleteSecret removes at once, whatever the recovery
 * window; rotation and replication are not simulated.
 */
public final class SecretsService implements AwsService {
  private final SecretStore store;
  private final String accountId;
  private final Clock clock;

  /** Serves a store. */
  public SecretsService(SecretStore store, String accountId, Clock clock) {
    this.store = store;
    this.accountId = accountId;
    this.clock = clock;
  }

  @Override
  public String signingName() {
    return "secretsmanager";
  }

  @Override
  public Protocol protocol() {
    return Protocol.JSON_1_1;
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    JsonNode body = request.json();
    String region = request.caller().region();
    return AwsResponse.json(
        switch (request.operation()) {
          case "CreateSecret" -> create(body, region);
          case "GetSecretValue" -> get(body, region);
          case "PutSecretValue" -> put(body, region);
          case "DescribeSecret" -> describe(find(body, region));
          case "DeleteSecret" -> delete(find(body, region));
          case "ListSecrets" -> list(body, region);
          case "TagResource" -> tag(body, find(body, region));
          default -> throw AwsFault.notSimulated(request.operation());
        });
  }

  private Secret find(JsonNode body, String region) {
    return store.find(Json.required(body, "SecretId"), region).orElseThrow(SecretsService::absent);
  }

  private static AwsFault absent() {
    return new AwsFault(
        400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  private Secret.Version version(JsonNode body) {
    if (body.path("SecretString").asText("none").isEmpty()) {
      throw new AwsFault(
          400,
          "ValidationException",
          "1 validation error detected: Value '' at 'secretString' failed to satisfy constraint:"
              + " Member must have length greater than or equal to 1");
    }
    String id = Json.text(body, "ClientRequestToken").orElseGet(() -> UUID.randomUUID().toString());
    return new Secret.Version(
        id,
        Json.text(body, "SecretString").orElse(null),
        Json.text(body, "SecretBinary").orElse(null),
        clock.millis());
  }

  private static Map<String, String> tags(JsonNode body) {
    Map<String, String> tags = new HashMap<>();
    body.path("Tags")
        .forEach(tag -> tags.put(tag.path("Key").asText(), tag.path("Value").asText()));
    return tags;
  }

  private ObjectNode create(JsonNode body, String region) {
    String name = Json.required(body, "Name");
    Secret.Version version = version(body);
    String suffix = UUID.randomUUID().toString().substring(0, 6);
    Secret secret =
        new Secret(
            "arn:aws:secretsmanager:%s:%s:secret:%s-%s".formatted(region, accountId, name, suffix),
            name,
            Json.text(body, "Description").orElse(""),
            version.created(),
            version.created(),
            tags(body),
            List.of(version));
    if (!store.add(secret, region)) {
      // the same request again is answered as the first time, as the reference says
      Secret present = store.find(name, region).orElseThrow(SecretsService::absent);
      if (!present
          .current()
          .equals(
              new Secret.Version(
                  version.id(), version.text(), version.binary(), present.created()))) {
        throw new AwsFault(
            400,
            "ResourceExistsException",
            "The operation failed because the secret %s already exists.".formatted(name));
      }
      return identity(present).put("VersionId", version.id());
    }
    return identity(secret).put("VersionId", version.id());
  }

  private static ObjectNode identity(Secret secret) {
    return Json.object().put("ARN", secret.arn()).put("Name", secret.name());
  }

  private ObjectNode get(JsonNode body, String region) {
    Secret secret = find(body, region);
    Optional<String> id = Json.text(body, "VersionId");
    String stage = Json.text(body, "VersionStage").orElse("AWSCURRENT");
    Secret.Version version =
        secret.versions().stream()
            .filter(v -> id.map(v.id()::equals).orElseGet(() -> secret.stages(v).contains(stage)))
            .findFirst()
            .orElseThrow(SecretsService::absent);
    ObjectNode answer = identity(secret).put("VersionId", version.id());
    if (version.text() != null) {
      answer.put("SecretString", version.text());
    }
    if (version.binary() != null) {
      answer.put("SecretBinary", version.binary());
    }
    answer.set("VersionStages", array(secret.stages(version)));
    return answer.put("CreatedDate", seconds(version.created()));
  }

  private ObjectNode put(JsonNode body, String region) {
    Secret secret = find(body, region);
    Secret.Version version = version(body);
    store.update(secret.arn(), s -> s.withVersion(version));
    ObjectNode answer = identity(secret).put("VersionId", version.id());
    answer.set("VersionStages", array(List.of("AWSCURRENT")));
    return answer;
  }

  private static ObjectNode describe(Secret secret) {
    ObjectNode node = identity(secret);
    if (!secret.description().isEmpty()) {
      node.put("Description", secret.description());
    }
    node.put("LastChangedDate", seconds(secret.changed()));
    node.put("CreatedDate", seconds(secret.created()));
    ArrayNode tags = node.putArray("Tags");
    secret.tags().forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
    ObjectNode versions = node.putObject("VersionIdsToStages");
    for (Secret.Version version : secret.versions()) {
      if (!secret.stages(version).isEmpty()) {
        versions.set(version.id(), array(secret.stages(version)));
      }
    }
    return node;
  }

  private ObjectNode delete(Secret secret) {
    store.remove(secret.arn());
    return identity(secret).put("DeletionDate", seconds(clock.millis()));
  }

  /** Filters by name prefix and tags; a page holds all. */
  private ObjectNode list(JsonNode body, String region) {
    ArrayNode array = Json.array();
    store.all().stream()
        .filter(secret -> secret.arn().contains(":" + region + ":"))
        .filter(secret -> SecretFilters.match(body.path("Filters"), secret))
        .sorted(Comparator.comparing(Secret::name))
        .forEach(
            secret -> {
              ObjectNode node = describe(secret);
              node.set("SecretVersionsToStages", node.remove("VersionIdsToStages"));
              array.add(node);
            });
    ObjectNode answer = Json.object();
    answer.set("SecretList", array);
    return answer;
  }

  private ObjectNode tag(JsonNode body, Secret secret) {
    Map<String, String> added = tags(body);
    store.update(secret.arn(), s -> s.withTags(added, clock.millis()));
    return Json.object();
  }

  private static ArrayNode array(List<String> values) {
    ArrayNode array = Json.array();
    values.forEach(array::add);
    return array;
  }

  private static double seconds(long millis) {
    return Json.seconds(Instant.ofEpochMilli(millis));
  }

  @Override
  public void close() {}
}
