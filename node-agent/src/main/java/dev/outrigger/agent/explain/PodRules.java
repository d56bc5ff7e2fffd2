package dev.outrigger.agent.explain;

import dev.outrigger.agent.syntax.Amounts;
import dev.outrigger.agent.syntax.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The common mistakes in a Pod's spec that the API server refuses ({@code
 * pkg/apis/core/validation}), as a table: what has to be there, which values may be, what is to
 * differ. Not all of its rules; the API server has the last word.
 */
final class PodRules {

  /** A field with the rule for its value; the answer is what is allowed. */
  private record Rule(String pattern, Function<Place, Optional<String>> allowed) {}

  /** Both kinds of containers. */
  private static final List<String> CONTAINERS = List.of("containers[]", "initContainers[]");

  private static final List<String> REQUIRED = List.of("volumes[].name");

  private static final List<String> REQUIRED_OF_CONTAINERS =
      List.of(
          "name",
          "image",
          "env[].name",
          "ports[].containerPort",
          "volumeMounts[].name",
          "volumeMounts[].mountPath");

  private static final List<Rule> OF_PODS =
      List.of(
          oneOf("dnsPolicy", "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
          oneOf("preemptionPolicy", "PreemptLowerPriority", "Never"),
          oneOf("os.name", "linux", "windows"),
          oneOf("tolerations[].operator", "Exists", "Equal", "Lt", "Gt"),
          oneOf("tolerations[].effect", "NoSchedule", "PreferNoSchedule", "NoExecute"),
          text("volumes[].name", Names::dnsLabel),
          text("nodeSelector.*", Names::labelValue),
          text("nodeName", Names::dnsName),
          text("serviceAccountName", Names::dnsName),
          number("activeDeadlineSeconds", 1, Integer.MAX_VALUE),
          number("terminationGracePeriodSeconds", 0, Long.MAX_VALUE),
          new Rule("volumes[].emptyDir.sizeLimit", f -> Amounts.problem("memory", f.text())),
          new Rule("overhead.*", PodRules::amount));

  private static final List<Rule> OF_CONTAINERS =
      List.of(
          text("name", Names::dnsLabel),
          oneOf("imagePullPolicy", "Always", "IfNotPresent", "Never"),
          oneOf("terminationMessagePolicy", "File", "FallbackToLogsOnError"),
          text("env[].name", Names::variable),
          text("ports[].name", Names::port),
          oneOf("ports[].protocol", "TCP", "UDP", "SCTP"),
          number("ports[].containerPort", 1, 65535),
          number("ports[].hostPort", 0, 65535),
          new Rule("resources.limits.*", PodRules::amount),
          new Rule("resources.requests.*", PodRules::amount));

  private final Place spec;
  private final Set<String> claims;
  private final Consumer<String> problems;

  private PodRules(Place spec, Set<String> claims, Consumer<String> problems) {
    this.spec = spec;
    this.claims = claims;
    this.problems = problems;
  }

  /**
   * @param spec whose structure is known to be a Pod's
   * @param restartPolicies those that the API server takes here
   * @param claims names of the volumes that a controller adds to the Pod's own
   * @param problems takes each one, with its path
   */
  static void check(
      Place spec, List<String> restartPolicies, Set<String> claims, Consumer<String> problems) {
    PodRules rules = new PodRules(spec, claims, problems);
    if (spec.child("containers").isEmpty()) {
      problems.accept(spec.path() + ".containers must list at least one container");
    }
    rules.restartPolicy(restartPolicies);
    rules.require(spec, REQUIRED);
    rules.apply(spec, OF_PODS);
    rules.distinct(spec.set("volumes[].name"));
    List<Place> names = new ArrayList<>();
    for (String list : CONTAINERS) {
      spec.set(list).forEach(rules::container);
      names.addAll(spec.set(list + ".name"));
    }
    rules.distinct(names);
  }

  private void container(Place container) {
    require(container, REQUIRED_OF_CONTAINERS);
    apply(container, OF_CONTAINERS);
    distinct(container.set("ports[].name"));
    distinct(container.set("volumeMounts[].mountPath"));
    mounts(container);
    limits(container.child("resources"));
  }

  private void restartPolicy(List<String> allowed) {
    Place policy = spec.child("restartPolicy");
    boolean good = policy.isEmpty() ? allowed.contains("Always") : allowed.contains(policy.text());
    if (!good) {
      problems.accept(
          "%s must be %s%s"
              .formatted(
                  policy.path(),
                  String.join(" or ", allowed),
                  policy.isEmpty() ? " here" : " here, not '" + policy.text() + "'"));
    }
  }

  private void require(Place place, List<String> patterns) {
    for (String pattern : patterns) {
      place.at(pattern).stream()
          .filter(Place::isEmpty)
          .forEach(f -> problems.accept(f.path() + " is required"));
    }
  }

  private void apply(Place place, List<Rule> rules) {
    for (Rule rule : rules) {
      for (Place field : place.set(rule.pattern())) {
        if (!field.isEmpty()) {
          rule.allowed().apply(field).ifPresent(what -> problems.accept(field.path() + " " + what));
        }
      }
    }
  }

  private void distinct(List<Place> all) {
    Set<String> seen = new HashSet<>();
    for (Place each : all) {
      if (!each.isEmpty() && !seen.add(each.text())) {
        problems.accept(each.path() + " is there twice: '" + each.text() + "'");
      }
    }
  }

  private void mounts(Place container) {
    Set<String> volumes =
        spec.set("volumes[].name").stream().map(Place::text).collect(Collectors.toSet());
    for (Place name : container.set("volumeMounts[].name")) {
      if (!volumes.contains(name.text()) && !claims.contains(name.text())) {
        problems.accept(name.path() + " is of no volume of the Pod: '" + name.text() + "'");
      }
    }
  }

  private void limits(Place resources) {
    for (Place request : resources.set("requests.*")) {
      String resource = resource(request);
      Optional<BigDecimal> limit = Amounts.parse(resources.child("limits").child(resource).text());
      Optional<BigDecimal> asked = Amounts.parse(request.text());
      if (limit.isPresent() && asked.isPresent() && asked.get().compareTo(limit.get()) > 0) {
        problems.accept(request.path() + " must be at most the limit");
      }
    }
  }

  private static Optional<String> amount(Place field) {
    String resource = resource(field);
    return Names.resource(resource)
        .map(allowed -> "is of no resource: it " + allowed)
        .or(() -> Amounts.problem(resource, field.text()));
  }

  /** The key of a map; it may have dots. */
  private static String resource(Place field) {
    return field.path().replaceFirst(".*?\\.(limits|requests|overhead)\\.", "");
  }

  private static Rule oneOf(String pattern, String... values) {
    List<String> allowed = List.of(values);
    return text(
        pattern,
        text ->
            allowed.contains(text)
                ? Optional.empty()
                : Optional.of(
                    "must be one of " + String.join(", ", allowed) + ", not '" + text + "'"));
  }

  private static Rule text(String pattern, Function<String, Optional<String>> allowed) {
    return new Rule(pattern, field -> allowed.apply(field.text()));
  }

  private static Rule number(String pattern, long least, long most) {
    return new Rule(
        pattern,
        field -> {
          long number = field.value().asLong();
          return number >= least && number <= most
              ? Optional.empty()
              : Optional.of(
                  most == Long.MAX_VALUE
                      ? "must be at least " + least
                      : "must be from " + least + " to " + most);
        });
  }
}
