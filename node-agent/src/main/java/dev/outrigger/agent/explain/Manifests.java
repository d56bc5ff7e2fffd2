package dev.outrigger.agent.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the Pods in manifests: YAML or JSON, several documents, Lists, and what holds templates.
 */
public final class Manifests {

  private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());
  private static final ObjectMapper JSON = new ObjectMapper();

  private Manifests() {}

  /**
   * The Pods in order; objects that make none are passed over.
   *
   * @throws IOException when a document is no YAML, or its Pod is none: the message says which
   */
  public static List<PodManifest> read(String text) throws IOException {
    List<PodManifest> found = new ArrayList<>();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      for (int number = 1; documents.hasNextValue(); number++) {
        JsonNode document = documents.nextValue();
        if (document != null && document.isObject()) {
          add(document, "document " + number, found);
        } else if (document != null && !document.isNull()) {
          throw new IOException(
              "document " + number + " is not an object with apiVersion and kind");
        }
      }
    } catch (JsonProcessingException e) {
      throw new IOException("not YAML: " + e.getOriginalMessage(), e);
    }
    return found;
  }

  private static void add(JsonNode object, String where, List<PodManifest> found)
      throws IOException {
    String kind = object.path("kind").asText();
    if (kind.isEmpty()) {
      throw new IOException(where + " has no kind");
    }
    if (kind.endsWith("List") && object.path("items").isArray()) {
      for (int i = 0; i < object.path("items").size(); i++) {
        add(object.path("items").get(i), where + " items[" + i + "]", found);
      }
      return;
    }
    Optional<String> path = templatePath(kind);
    if (path.isPresent()) {
      found.add(manifest(object, kind, path.get()));
    }
  }

  private static Optional<String> templatePath(String kind) {
    return switch (kind) {
      case "Pod" -> Optional.of("");
      case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController" ->
          Optional.of("spec.template");
      case "CronJob" -> Optional.of("spec.jobTemplate.spec.template");
      case "PodTemplate" -> Optional.of("template");
      default -> Optional.empty();
    };
  }

  /** Whether its controller replaces Pods that have ended. */
  private static boolean isReplacing(String kind) {
    return switch (kind) {
      case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController" -> true;
      default -> false;
    };
  }

  private static PodManifest manifest(JsonNode object, String kind, String path)
      throws IOException {
    String namespace = object.path("metadata").path("namespace").asText("default");
    String name = name(object);
    String source = kind + " " + namespace + "/" + name;
    JsonNode template = path.isEmpty() ? object : object.at("/" + path.replace('.', '/'));
    if (!template.path("spec").path("containers").isArray()
        || template.path("spec").path("containers").isEmpty()) {
      String field = path.isEmpty() ? "spec.containers" : path + ".spec.containers";
      throw new IOException(source + ": " + field + " must list at least one container");
    }
    try {
      Pod pod = JSON.treeToValue(template, Pod.class);
      if (pod.getMetadata() == null) {
        pod.setMetadata(new ObjectMeta());
      }
      pod.getMetadata().setNamespace(namespace);
      pod.getMetadata().setName(name);
      if (isReplacing(kind)) {
        pod.getMetadata()
            .setOwnerReferences(
                List.of(
                    new OwnerReferenceBuilder()
                        .withKind(kind)
                        .withName(name(object))
                        .withController(true)
                        .build()));
        if (pod.getSpec().getRestartPolicy() == null) {
          pod.getSpec().setRestartPolicy("Always");
        }
      }
      pod.getMetadata().setUid("00000000-0000-0000-0000-000000000000");
      return new PodManifest(source, path, pod);
    } catch (JsonProcessingException e) {
      throw new IOException(source + ": " + e.getOriginalMessage(), e);
    }
  }

  private static String name(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("name").asText(metadata.path("generateName").asText("unnamed"));
  }
}
