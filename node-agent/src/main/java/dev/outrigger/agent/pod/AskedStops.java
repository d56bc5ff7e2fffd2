package dev.outrigger.agent.pod;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the backend was asked of one Pod while it runs, and has acknowledged: its stop, the stops of
 * single runs, and what it was told of sidecars. Guarded by the Pod's {@link PodEntry}.
 */
final class AskedStops {

  private PodSituation.@Nullable StopRequest ofPod;
  private final Map<String, PodSituation.StopRequest> ofContainers = new HashMap<>();
  private final Map<String, Integer> started = new HashMap<>();

  PodSituation.@Nullable StopRequest ofPod() {
    return ofPod;
  }

  void ofPod(PodSituation.StopRequest request) {
    ofPod = request;
  }

  /** By the containers' names; each request's attempt is the number of the run that is to end. */
  Map<String, PodSituation.StopRequest> ofContainers() {
    return ofContainers;
  }

  void ofContainer(String container, PodSituation.StopRequest request) {
    ofContainers.put(container, request);
  }

  /** Of which run of each sidecar the backend was told that it has started. */
  Map<String, Integer> started() {
    return started;
  }

  void started(String container, int run) {
    started.put(container, run);
  }

  /** Another attempt: a sidecar's runs may have had the numbers of later attempts. */
  void forgetContainers() {
    ofContainers.clear();
    started.clear();
  }
}
