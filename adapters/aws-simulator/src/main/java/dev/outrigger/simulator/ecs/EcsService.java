package dev.outrigger.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.secrets.SecretStore;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Protocol;
import dev.outrigger.simulator.service.SimulatorContext;
import dev.outrigger.simulator.session.SessionHub;
import dev.outrigger.simulator.session.SessionTarget;
import java.util.Optional;

/** ECS: routes operations. */
public final class EcsService implements AwsService {
  private final SimulatorContext context;
  private final Clusters clusters;
  private final TaskDefinitions definitions;
  private final TaskLauncher launcher;
  private final TaskQueries queries;
  private final TaskRunner runner;
  private final ExecuteCommands commands;
  private final ContainerInsights insights;

  /** Restores what an earlier run kept; tasks that ran then are stopped now. */
  public EcsService(
      SimulatorContext context,
      EcsSettings settings,
      LogGroups logs,
      SecretStore secrets,
      SessionHub sessions) {
    this.context = context;
    Tasks tasks = new Tasks(context.state(), context.clock());
    this.clusters = new Clusters(context.state(), tasks);
    this.definitions = new TaskDefinitions(context.state(), context.clock());
    this.runner =
        new TaskRunner(
            context,
            settings,
            tasks,
            new TaskHosts(context, settings),
            new TaskResources(logs, secrets, context.clock()));
    this.launcher = new TaskLauncher(context, clusters, definitions, tasks, runner);
    this.queries = new TaskQueries(context, clusters, definitions, tasks);
    this.insights =
        new ContainerInsights(clusters, runner, logs, context.clock(), settings.insightsInterval());
    this.commands = new ExecuteCommands(clusters, tasks, runner, sessions);
    context.faults().onSpotInterruption(runner::interrupt);
  }

  /** The container that Systems Manager knows as {@code ecs:CLUSTER_TASK_RUNTIME}. */
  public Optional<SessionTarget> sessionTarget(String name) {
    return commands.target(name);
  }

  @Override
  public String signingName() {
    return "ecs";
  }

  @Override
  public Protocol protocol() {
    return Protocol.JSON_1_1;
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    Arns arns = new Arns(context.accountId(), request.caller().region());
    return AwsResponse.json(answer(request.operation(), request.json(), arns));
  }

  private ObjectNode answer(String operation, JsonNode body, Arns arns) {
    return switch (operation) {
      case "CreateCluster" -> clusters.create(body, arns);
      case "DescribeClusters" -> clusters.describe(body, arns);
      case "UpdateClusterSettings" -> clusters.update(body, arns);
      case "ListClusters" -> clusters.list(body, arns);
      case "RegisterTaskDefinition" -> definitions.register(body, arns);
      case "DescribeTaskDefinition" -> definitions.describe(body, arns);
      case "DeregisterTaskDefinition" -> definitions.deregister(body, arns);
      case "ListTaskDefinitions" -> definitions.list(body, arns);
      case "ListTaskDefinitionFamilies" -> definitions.families(body, arns);
      case "RunTask" -> launcher.run(body, arns);
      case "DescribeTasks" -> queries.describe(body, arns);
      case "ListTasks" -> queries.list(body, arns);
      case "StopTask" -> queries.stop(body, arns);
      case "ExecuteCommand" -> commands.execute(body, arns);
      case "TagResource" -> queries.tag(body);
      case "UntagResource" -> queries.untag(body);
      case "ListTagsForResource" -> queries.tags(body);
      default -> throw AwsFault.notSimulated(operation);
    };
  }

  @Override
  public void close() {
    insights.close();
    runner.close();
  }
}
