package dev.outrigger.simulator;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.ecs.ContainerMode;
import dev.outrigger.simulator.ecs.EcsService;
import dev.outrigger.simulator.ecs.EcsSettings;
import dev.outrigger.simulator.lambda.LambdaService;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.logs.LogsService;
import dev.outrigger.simulator.secrets.SecretStore;
import dev.outrigger.simulator.secrets.SecretsService;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.SimulatorContext;
import dev.outrigger.simulator.servicequotas.ServiceQuotasService;
import dev.outrigger.simulator.session.SessionHub;
import dev.outrigger.simulator.session.SsmService;
import dev.outrigger.simulator.sts.StsService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The services of a simulator, each made in one line here. */
final class Services {
  private Services() {}

  static List<AwsService> create(
      SimulatorContext context,
      SimulatorConfig config,
      Optional<ContainerEngine> engine,
      LogGroups logs,
      SessionHub sessions) {
    List<AwsService> services = new ArrayList<>();
    SecretStore secrets = new SecretStore(context.state());
    services.add(new LogsService(logs, context.accountId()));
    services.add(new StsService(context.accountId()));
    services.add(new ServiceQuotasService(context.accountId(), config.fargateVcpus()));
    services.add(new SecretsService(secrets, context.accountId(), context.clock()));
    EcsService ecs =
        new EcsService(
            context,
            new EcsSettings(
                config.delays(),
                config.images(),
                config.insightsInterval(),
                config.restartPeriod(),
                engine,
                config.containers() == ContainerMode.DOCKER),
            logs,
            secrets,
            sessions);
    services.add(new SsmService(sessions, ecs::sessionTarget));
    services.add(ecs);
    services.add(new LambdaService(context, config.lambda(), config.images(), logs));
    return services;
  }
}
