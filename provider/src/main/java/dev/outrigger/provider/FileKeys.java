package dev.outrigger.provider;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables from files ({@code valueFrom.fileKeyRef}), which {@link Trait#FILE_KEYS}
 * promises.
 *
 * <ul>
 *   <li>A file holds lines {@code NAME='value'}: a value stands in single quotes, as it is, over
 *       several lines if need be. Blank lines, lines that begin with {@code #} and what follows a
 *       {@code #} after a value are no more than comments. Anything else is an error, if it comes
 *       before the key that is looked for (pkg/kubelet/util/env, ParseEnv).
 *   <li>A container of which something mandatory is not there waits, as {@link
 *       ContainerState.Waiting} with the reason {@link #LACKING} and a message in the kubelet's
 *       words, and is tried again every few seconds, whatever its restart policy: it has not run.
 *       What follows an init container waits with it.
 *   <li>A value that was read is never part of a message, a log or a record.
 * </ul>
 */
public final class FileKeys {

  /** The kubelet's reason for a container whose environment cannot be made. */
  public static final String LACKING = "CreateContainerConfigError";

  private FileKeys() {}

  /** The path of the first reference to a file, for example {@code spec.containers[0]…}. */
  public static Optional<String> firstIn(PodSpec spec) {
    Optional<String> init = firstIn("spec.initContainers", spec.getInitContainers());
    return init.isPresent() ? init : firstIn("spec.containers", spec.getContainers());
  }

  /**
   * Refuses a Pod with such a variable: for a provider that reads no files.
   *
   * @throws ProviderException.Unsupported naming the first one
   */
  public static void refuse(PodSpec spec) throws ProviderException.Unsupported {
    Optional<String> path = firstIn(spec);
    if (path.isPresent()) {
      throw new ProviderException.Unsupported(
          path.get(), "this backend reads no file of a volume; read it in the container itself");
    }
  }

  private static Optional<String> firstIn(String path, @Nullable List<Container> containers) {
    for (int c = 0; containers != null && c < containers.size(); c++) {
      List<EnvVar> env = containers.get(c).getEnv();
      for (int v = 0; env != null && v < env.size(); v++) {
        var from = env.get(v).getValueFrom();
        if (from != null && from.getFileKeyRef() != null) {
          return Optional.of("%s[%d].env[%d].valueFrom.fileKeyRef".formatted(path, c, v));
        }
      }
    }
    return Optional.empty();
  }
}
