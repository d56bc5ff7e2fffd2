package dev.outrigger.agent.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.agent.syntax.CronSchedule;
import dev.outrigger.agent.syntax.Names;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the Pods in manifests: YAML or JSON, several documents, Lists, and what holds templates.
 */
public final class Manifests {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<PodManifest> pods = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private Manifests() {}

  /**
   * What was found, in order.
   *
   * @param skipped objects without Pods
   * @param problems documents that cannot be read, and what the API server would refuse of objects;
   *     those are not among the Pods
   */
  public record Found(List<PodManifest> pods, List<String> skipped, List<String> problems) {

    public Found {
      pods = List.copyOf(pods);
      skipped = List.copyOf(skipped);
      problems = List.copyOf(problems);
    }
  }

  public static Found read(String text) {
    Manifests found = new Manifests();
    Documents.read(
        text,
        new Documents.Reader() {
          @Override
          public void document(String where, JsonNode document) {
            found.add(document, where);
          }

          @Override
          public void unreadable(String where, String why) {
            found.problems.add(where + ": " + why);
          }
        });
    return new Found(found.pods, found.skipped, found.problems);
  }

  private void add(JsonNode object, String where) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    if (!object.isObject() || apiVersion.isEmpty() || kind.isEmpty()) {
      problems.add(where + " is not an object with apiVersion and kind");
    } else if (kind.endsWith("List") && object.path("items").isArray()) {
      for (int i = 0; i < object.path("items").size(); i++) {
        add(object.path("items").get(i), where + " items[" + i + "]");
      }
    } else {
      Optional<Kind> known = Kind.of(apiVersion, kind);
      if (known.isPresent()) {
        manifest(object, known.get());
      } else if (Kind.meant(apiVersion, kind).isPresent()) {
        problems.add(
            "%s: there is no kind %s in %s (did you mean %s?)"
                .formatted(where, kind, apiVersion, Kind.meant(apiVersion, kind).get()));
      } else {
        skipped.add(
            isKubernetesOwn(apiVersion)
                ? "%s '%s' has no Pods".formatted(kind, name(object))
                : "%s '%s' of %s: whether it makes Pods is not known here"
                    .formatted(kind, name(object), apiVersion));
      }
    }
  }

  /** Groups without a domain, and those of the built-in APIs; an old apps/v1beta1 is not known. */
  private static boolean isKubernetesOwn(String apiVersion) {
    String group = apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    boolean holdsPods = List.of("apps", "batch", "extensions").contains(group);
    return group.endsWith(".k8s.io") || (group.indexOf('.') < 0 && !holdsPods);
  }

  private void manifest(JsonNode object, Kind kind) {
    String namespace = object.path("metadata").path("namespace").asText("default");
    String source = kind.name() + " " + namespace + "/" + name(object);
    List<String> wrong = new ArrayList<>();
    Structure.check(object, kind.type(), wrong::add);
    if (wrong.isEmpty()) {
      rules(new Place("", object), kind, wrong);
    }
    wrong.forEach(problem -> problems.add(source + ": " + problem));
    if (!wrong.isEmpty()) {
      return;
    }
    JsonNode template = object.at(kind.template().isEmpty() ? "" : pointer(kind.template()));
    try {
      Pod pod = JSON.treeToValue(template, Pod.class);
      pods.add(PodMaker.make(source, kind, new Place("", object), namespace, name(object), pod));
    } catch (JsonProcessingException e) {
      problems.add(source + ": " + e.getOriginalMessage());
    }
  }

  private static String pointer(String path) {
    return "/" + path.replace('.', '/');
  }

  private static void rules(Place object, Kind kind, List<String> wrong) {
    Place metadata = object.child("metadata");
    Place name = metadata.child("name");
    if (name.isEmpty() && metadata.child("generateName").isEmpty()) {
      wrong.add("metadata.name is required");
    } else if (!name.isEmpty()) {
      Names.dnsName(name.text()).ifPresent(allowed -> wrong.add("metadata.name " + allowed));
    }
    Place template = object;
    for (String step : kind.template().isEmpty() ? new String[0] : kind.template().split("\\.")) {
      template = template.child(step);
    }
    labels(template.child("metadata").child("labels"), wrong);
    if (kind.needsSelector()) {
      selector(object, template, wrong);
    }
    if (kind.type() == CronJob.class) {
      Place schedule = object.child("spec").child("schedule");
      CronSchedule.problem(schedule.text()).ifPresent(p -> wrong.add(schedule.path() + " " + p));
    }
    Set<String> claims =
        object.set("spec.volumeClaimTemplates[].metadata.name").stream()
            .map(Place::text)
            .collect(Collectors.toUnmodifiableSet());
    PodRules.check(template.child("spec"), kind.restartPolicies(), claims, wrong::add);
  }

  private static void labels(Place labels, List<String> wrong) {
    labels
        .value()
        .properties()
        .forEach(
            e ->
                Names.qualified(e.getKey())
                    .map(allowed -> "the key " + allowed)
                    .or(() -> Names.labelValue(e.getValue().asText()))
                    .ifPresent(p -> wrong.add(labels.path() + "." + e.getKey() + " " + p)));
  }

  /** Of what is matched by labels only; expressions are the API server's. */
  private static void selector(Place object, Place template, List<String> wrong) {
    Place selector = object.child("spec").child("selector");
    if (selector.isEmpty()) {
      wrong.add("spec.selector is required");
      return;
    }
    JsonNode labels = template.value().path("metadata").path("labels");
    for (Place wanted : selector.set("matchLabels.*")) {
      String key = wanted.path().substring("spec.selector.matchLabels.".length());
      if (!labels.path(key).asText().equals(wanted.text())) {
        wrong.add(wanted.path() + " is not among the labels of " + template.path());
      }
    }
  }

  private static String name(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return metadata.path("name").asText(metadata.path("generateName").asText("unnamed"));
  }
}
