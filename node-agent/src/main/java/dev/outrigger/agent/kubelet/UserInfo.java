package dev.outrigger.agent.kubelet;

import java.util.List;
import java.util.Map;

/** Who is calling, as Kubernetes names callers. */
public record UserInfo(
    String name, String uid, List<String> groups, Map<String, List<String>> extra) {

  public UserInfo {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }
}
