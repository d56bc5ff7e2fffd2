package dev.outrigger.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * @param root absolute; holds one folder for each node
 * @param keep how long the record of a deleted attempt stays after its end
 * @param podIp reported as the Pod's address
 * @param poll how often the files are read for changes
 * @param backOff between the runs of a container
 */
record LocalConfig(
    Path root, Duration keep, Optional<String> podIp, Duration poll, RunBackOff backOff) {

  LocalConfig(Path root, Duration keep, Optional<String> podIp, Duration poll) {
    this(root, keep, podIp, poll, RunBackOff.OF_KUBELET);
  }
}
