package dev.outrigger.simulator;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.docker.DockerException;
import dev.outrigger.simulator.ecs.ContainerMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The engine that a simulator uses, if any.
 *
 * @param description what the containers of tasks are, for people
 */
record ContainerEngines(Optional<ContainerEngine> engine, String description) {

  /**
   * Looks for the engine that the configuration asks for.
   *
   * @throws IllegalStateException when there has to be one and none answers
   */
  static ContainerEngines find(SimulatorConfig config) {
    if (config.containers() == ContainerMode.PROCESSES) {
      return processes("");
    }
    try {
      ContainerEngine engine = ContainerEngine.connect(instance(config));
      if (config.containers() == ContainerMode.AUTO && !engine.isReachable()) {
        engine.close();
        return processes(": this machine is not in the network of Docker's containers");
      }
      return new ContainerEngines(Optional.of(engine), "containers of Docker " + engine.version());
    } catch (DockerException e) {
      if (config.containers() == ContainerMode.DOCKER) {
        throw new IllegalStateException("no Docker engine can be used: " + e.words(), e);
      }
      return processes(": " + e.words());
    }
  }

  private static ContainerEngines processes(String reason) {
    return new ContainerEngines(Optional.empty(), "processes of this machine" + reason);
  }

  /** The same at each start with a state folder, so that what a killed one left is found. */
  private static String instance(SimulatorConfig config) {
    return config
        .stateFolder()
        .map(Path::toAbsolutePath)
        .map(folder -> folder.normalize().toString().getBytes(StandardCharsets.UTF_8))
        .map(UUID::nameUUIDFromBytes)
        .orElseGet(UUID::randomUUID)
        .toString();
  }

  void close() {
    engine.ifPresent(ContainerEngine::close);
  }
}
