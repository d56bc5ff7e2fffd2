package dev.outrigger.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of an attempt when it is created; no value of its environment.
 *
 * @param containers init containers first, in order
 */
record AttemptRecord(
    String uid, String namespace, String name, int number, List<Container> containers) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param workingDir null for the container's own folder
   */
  record Container(String name, String image, boolean init, @Nullable String workingDir) {}

  static AttemptRecord of(PodWork work) {
    List<Container> containers = new ArrayList<>();
    for (ContainerWork c : work.initContainers()) {
      containers.add(new Container(c.name(), c.image(), true, c.workingDir().orElse(null)));
    }
    for (ContainerWork c : work.containers()) {
      containers.add(new Container(c.name(), c.image(), false, c.workingDir().orElse(null)));
    }
    PodKey key = work.key();
    return new AttemptRecord(
        key.uid(), key.namespace(), key.name(), work.attempt().number(), containers);
  }

  PodAttempt attempt() {
    return new PodAttempt(new PodKey(uid, namespace, name), number);
  }

  void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }

  static AttemptRecord read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), AttemptRecord.class);
  }
}
