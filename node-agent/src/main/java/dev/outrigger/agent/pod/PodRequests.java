package dev.outrigger.agent.pod;

import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Pod requests in all, as the scheduler counts it: the larger of what its containers and
 * sidecars need together and what any init container needs beside the sidecars before it, plus
 * overhead (KEP-753, k8s.io/component-helpers/resource). Pure.
 */
final class PodRequests {

  private PodRequests() {}

  /** By resource name, in base units (cores, bytes, one Pod). */
  static Map<String, BigDecimal> of(Pod pod) {
    Map<String, BigDecimal> main = new TreeMap<>();
    pod.getSpec().getContainers().forEach(c -> add(main, requests(c)));
    Map<String, BigDecimal> sidecars = new TreeMap<>();
    Map<String, BigDecimal> peak = new TreeMap<>();
    for (Container init : orEmpty(pod.getSpec().getInitContainers())) {
      if (Sidecars.is(init)) {
        add(sidecars, requests(init));
        max(peak, sidecars);
      } else {
        Map<String, BigDecimal> together = new TreeMap<>(sidecars);
        add(together, requests(init));
        max(peak, together);
      }
    }
    add(main, sidecars);
    max(main, peak);
    if (pod.getSpec().getOverhead() != null) {
      add(main, amounts(pod.getSpec().getOverhead()));
    }
    main.put("pods", BigDecimal.ONE);
    return main;
  }

  private static Map<String, BigDecimal> requests(Container container) {
    if (container.getResources() == null || container.getResources().getRequests() == null) {
      return Map.of();
    }
    return amounts(container.getResources().getRequests());
  }

  static Map<String, BigDecimal> amounts(Map<String, Quantity> quantities) {
    Map<String, BigDecimal> amounts = new TreeMap<>();
    quantities.forEach((name, quantity) -> amounts.put(name, quantity.getNumericalAmount()));
    return amounts;
  }

  private static void add(Map<String, BigDecimal> total, Map<String, BigDecimal> more) {
    more.forEach((name, amount) -> total.merge(name, amount, BigDecimal::add));
  }

  private static void max(Map<String, BigDecimal> total, Map<String, BigDecimal> other) {
    other.forEach((name, amount) -> total.merge(name, amount, BigDecimal::max));
  }

  private static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }
}
