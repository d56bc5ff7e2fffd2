package dev.outrigger.testbed.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the API server has counted of requests about Pods and Events, of whomever. */
record Requests(Map<String, Long> counts) {
  private static final Pattern COUNT =
      Pattern.compile("apiserver_request_total\\{([^}]*)\\} ([0-9.e+]+)");
  private static final Pattern WRITE = Pattern.compile("(PATCH|PUT|POST|DELETE|APPLY) .*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  Requests {
    counts = Map.copyOf(counts);
  }

  static Requests now(BenchApi api) {
    Map<String, Long> counts = new TreeMap<>();
    Matcher line = COUNT.matcher(api.get("/metrics"));
    while (line.find()) {
      Map<String, String> labels = new TreeMap<>();
      LABEL.matcher(line.group(1)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
      String resource = labels.getOrDefault("resource", "");
      if (resource.equals("pods") || resource.equals("events")) {
        String sub = labels.getOrDefault("subresource", "");
        counts.merge(
            labels.get("verb") + " " + resource + (sub.isEmpty() ? "" : "/" + sub),
            (long) Double.parseDouble(line.group(2)),
            Long::sum);
      }
    }
    return new Requests(counts);
  }

  Requests since(Requests before) {
    Map<String, Long> more = new TreeMap<>();
    counts.forEach((what, count) -> more.put(what, count - before.of(what)));
    return new Requests(more);
  }

  long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  /** How many changed something, without the {@code ours}, for each Pod. */
  double writesPerPod(int pods, int ours) {
    long writes = 0;
    for (var each : counts.entrySet()) {
      if (WRITE.matcher(each.getKey()).matches()) {
        writes += each.getValue();
      }
    }
    return (double) (writes - ours) / pods;
  }

  /** Every kind for each Pod, for people. */
  String perPod(int pods) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .filter(each -> each.getValue() * 100 >= pods)
            .map(each -> "%s %.2f".formatted(each.getKey(), (double) each.getValue() / pods))
            .collect(Collectors.joining(", "));
  }
}
