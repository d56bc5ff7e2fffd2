package dev.outrigger.simulator;

import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.SimulatorContext;
import java.util.ArrayList;
import java.util.List;

/** The services of a simulator, each made in one line here. */
final class Services {
  private Services() {}

  static List<AwsService> create(SimulatorContext context, SimulatorConfig config, LogGroups logs) {
    List<AwsService> services = new ArrayList<>();
    return services;
  }
}
