package dev.outrigger.simulator.ecs;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.docker.DockerException;
import dev.outrigger.simulator.docker.DockerImages;
import dev.outrigger.simulator.service.SimulatorContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each task the place where its containers run. */
final class TaskHosts {
  private static final Logger LOG = LoggerFactory.getLogger(TaskHosts.class);

  /** How long a registry that was not reached is not asked again for an image. */
  private static final Duration UNREACHED = Duration.ofMinutes(1);

  private final SimulatorContext context;
  private final EcsSettings settings;

  /** When it was tried in vain, by the image. */
  private final Map<String, Instant> unreached = new ConcurrentHashMap<>();

  TaskHosts(SimulatorContext context, EcsSettings settings) {
    this.context = context;
    this.settings = settings;
  }

  /** A new place; may pull images, and so take minutes. */
  TaskHost open(Task task, TaskPlan plan) throws StartException {
    Optional<ContainerEngine> engine = settings.engine();
    if (engine.isPresent() && (settings.onlyEngine() || runsIn(engine.get(), plan))) {
      return DockerTaskHost.open(engine.get(), context, task, plan);
    }
    return new ProcessTaskHost(context, settings.images(), task.id());
  }

  private boolean runsIn(ContainerEngine engine, TaskPlan plan) {
    return plan.containers().stream()
        .allMatch(container -> runsIn(engine.images(), container.image()));
  }

  /** Also what no registry has: the engine then says so itself. */
  private boolean runsIn(DockerImages images, String image) {
    if (settings.images().names(image)) {
      return false;
    }
    if (images.has(image)) {
      return true;
    }
    Instant tried = unreached.get(image);
    if (tried != null && tried.plus(UNREACHED).isAfter(context.clock().instant())) {
      return false;
    }
    try {
      images.pull(image);
      return true;
    } catch (DockerException e) {
      if (DockerImages.isRefusal(e)) {
        return true;
      }
      if (unreached.put(image, context.clock().instant()) == null) {
        LOG.atInfo()
            .addKeyValue("image", image)
            .addKeyValue("reason", e.words())
            .log("the engine has no such image and reaches no registry: tasks of it are processes");
      }
      return false;
    }
  }
}
