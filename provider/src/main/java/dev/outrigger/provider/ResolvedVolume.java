package dev.outrigger.provider;

import java.util.List;

/**
 * The content of a volume that the agent could resolve (ConfigMap, Secret, downward API,
 * projected), by the volume's name in the Pod. Other volumes stand in the Pod only.
 */
public record ResolvedVolume(String name, List<VolumeFile> files) {

  public ResolvedVolume {
    files = List.copyOf(files);
  }
}
