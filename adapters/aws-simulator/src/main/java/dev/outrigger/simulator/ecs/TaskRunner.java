package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.SimulatorContext;
import dev.outrigger.simulator.session.SessionTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each task a virtual thread that drives its life, and ends them all at close. */
final class TaskRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final SimulatorContext context;
  private final EcsSettings settings;
  private final Tasks tasks;
  private final TaskHosts hosts;
  private final TaskResources resources;

  /** By the task's ARN. */
  private final Map<String, TaskLife> lives = new ConcurrentHashMap<>();

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("simulator-task-", 0).factory());

  TaskRunner(
      SimulatorContext context,
      EcsSettings settings,
      Tasks tasks,
      TaskHosts hosts,
      TaskResources resources) {
    this.context = context;
    this.settings = settings;
    this.tasks = tasks;
    this.hosts = hosts;
    this.resources = resources;
  }

  void start(Task task, JsonNode definition, JsonNode overrides, String region) {
    TaskPlan plan = TaskPlan.of(definition, overrides, region, settings.restartPeriod());
    TaskLife life = new TaskLife(context, settings.delays(), hosts, resources, task, plan);
    lives.put(task.arn(), life);
    threads.execute(
        () -> {
          try {
            life.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.atError().addKeyValue("task", task.arn()).setCause(e).log("a task's life failed");
          } finally {
            lives.remove(task.arn());
          }
        });
  }

  /** A running container of a task by its name or runtime id, as a session sees it. */
  Optional<SessionTarget> target(String taskArn, String container) {
    return Optional.ofNullable(lives.get(taskArn)).flatMap(life -> life.target(container));
  }

  /** The tasks that are under way. */
  List<TaskLife> lives() {
    return List.copyOf(lives.values());
  }

  void interrupt(String taskArn) {
    Optional<Task> task = tasks.find(taskArn);
    task.ifPresent(
        t ->
            t.requestStop(
                new Task.StopRequest("SpotInterruption", "Your Spot Task was interrupted."),
                context.clock().instant()));
  }

  /** Kills every container. What that does to tasks is not recorded. */
  @Override
  public void close() {
    tasks.freeze();
    lives.values().forEach(TaskLife::abandon);
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().log("tasks did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
