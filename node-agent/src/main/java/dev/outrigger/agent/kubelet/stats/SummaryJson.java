package dev.outrigger.agent.kubelet.stats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.agent.kubelet.stats.NodeSample.PodSample;
import dev.outrigger.provider.ContainerStats;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** The Summary API's JSON, with the fields that were measured. */
final class SummaryJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SummaryJson() {}

  static String of(String name, NodeSample sample, boolean onlyCpuAndMemory) {
    ObjectNode summary = JSON.objectNode();
    ObjectNode node = summary.putObject("node");
    node.put("nodeName", name);
    ObjectNode agent = node.putArray("systemContainers").addObject();
    agent.put("name", "kubelet");
    agent.put("startTime", time(sample.agent().startedAt()));
    cpu(agent, sample.at(), sample.agent().cpu());
    OptionalLong resident = OptionalLong.of(sample.agent().residentBytes());
    memory(agent, sample.at(), resident, OptionalLong.empty(), resident);
    node.put("startTime", time(sample.since()));
    cpu(node, sample.at(), sample.cpu());
    memory(
        node,
        sample.at(),
        OptionalLong.of(sample.workingSetBytes()),
        OptionalLong.empty(),
        OptionalLong.empty());
    ArrayNode pods = summary.putArray("pods");
    sample.pods().forEach(pod -> pod(pods.addObject(), pod, onlyCpuAndMemory));
    return summary.toString();
  }

  private static void pod(ObjectNode json, PodSample sample, boolean onlyCpuAndMemory) {
    Pod pod = sample.pod();
    Instant at = sample.stats().at();
    ObjectNode ref = json.putObject("podRef");
    ref.put("name", pod.getMetadata().getName());
    ref.put("namespace", pod.getMetadata().getNamespace());
    ref.put("uid", pod.getMetadata().getUid());
    sample.stats().containers().stream()
        .map(ContainerStats::startedAt)
        .min(Instant::compareTo)
        .ifPresent(start -> json.put("startTime", time(start)));
    ArrayNode containers = json.putArray("containers");
    for (ContainerStats container : sample.stats().containers()) {
      container(containers.addObject(), at, container, sample.rate(container), onlyCpuAndMemory);
    }
    cpu(json, at, sample.sum(ContainerStats::cpuNanos), sample.sum(sample::rate));
    memory(
        json,
        at,
        sample.sum(ContainerStats::workingSetBytes),
        sample.sum(ContainerStats::usageBytes),
        sample.sum(ContainerStats::rssBytes));
    if (!onlyCpuAndMemory) {
      sample
          .stats()
          .network()
          .ifPresent(
              n ->
                  json.putObject("network")
                      .put("time", time(at))
                      .put("name", "")
                      .put("rxBytes", n.receivedBytes())
                      .put("txBytes", n.sentBytes()));
    }
  }

  private static void container(
      ObjectNode json,
      Instant at,
      ContainerStats container,
      OptionalLong rate,
      boolean onlyCpuAndMemory) {
    json.put("name", container.name());
    json.put("startTime", time(container.startedAt()));
    cpu(json, at, container.cpuNanos(), rate);
    memory(json, at, container.workingSetBytes(), container.usageBytes(), container.rssBytes());
    if (!onlyCpuAndMemory && container.logBytes().isPresent()) {
      json.putObject("logs")
          .put("time", time(at))
          .put("usedBytes", container.logBytes().getAsLong());
    }
  }

  private static void cpu(ObjectNode json, Instant at, NodeSample.Cpu cpu) {
    cpu(json, at, OptionalLong.of(cpu.nanos()), cpu.nanoCores());
  }

  private static void cpu(ObjectNode json, Instant at, OptionalLong nanos, OptionalLong rate) {
    if (nanos.isPresent()) {
      ObjectNode cpu = json.putObject("cpu").put("time", time(at));
      rate.ifPresent(r -> cpu.put("usageNanoCores", r));
      cpu.put("usageCoreNanoSeconds", nanos.getAsLong());
    }
  }

  private static void memory(
      ObjectNode json, Instant at, OptionalLong workingSet, OptionalLong usage, OptionalLong rss) {
    if (workingSet.isPresent() || usage.isPresent() || rss.isPresent()) {
      ObjectNode memory = json.putObject("memory").put("time", time(at));
      usage.ifPresent(bytes -> memory.put("usageBytes", bytes));
      workingSet.ifPresent(bytes -> memory.put("workingSetBytes", bytes));
      rss.ifPresent(bytes -> memory.put("rssBytes", bytes));
    }
  }

  /** As metav1.Time is written. */
  private static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
