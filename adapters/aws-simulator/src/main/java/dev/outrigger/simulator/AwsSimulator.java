package dev.outrigger.simulator;

import dev.outrigger.simulator.docker.ContainerEngine;
import dev.outrigger.simulator.fault.Faults;
import dev.outrigger.simulator.http.Front;
import dev.outrigger.simulator.journal.Journal;
import dev.outrigger.simulator.logs.LogGroups;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.quota.Quotas;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.ScratchFolders;
import dev.outrigger.simulator.service.SimulatorContext;
import dev.outrigger.simulator.session.SessionHub;
import dev.outrigger.simulator.state.FileStateStore;
import dev.outrigger.simulator.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * A running simulator. Point the unmodified AWS SDKs at {@link #endpoint()} with any credentials
 * and any region.
 */
public final class AwsSimulator implements AutoCloseable {
  private final SimulatorContext context;
  private final ContainerEngines engines;
  private final LogGroups logs;
  private final SessionHub sessions;
  private final List<AwsService> services;
  private final Front front;

  private AwsSimulator(SimulatorConfig config) {
    this.engines = ContainerEngines.find(config);
    Clock clock = Clock.systemUTC();
    StateStore state =
        config.stateFolder().<StateStore>map(FileStateStore::new).orElseGet(StateStore::none);
    QuotaSettings quotas = config.quotas();
    this.context =
        new SimulatorContext(
            config.accountId(),
            clock,
            new Journal(),
            new Faults(),
            new Quotas(quotas.enabled(), quotas.scale(), System::nanoTime),
            state,
            scratch(),
            guard());
    this.logs = new LogGroups(state, clock);
    this.sessions = new SessionHub(context);
    this.services = Services.create(context, config, engines.engine(), logs, sessions);
    this.front = new Front(context, services, config.port());
  }

  /** Starts and returns once calls are answered. */
  public static AwsSimulator start(SimulatorConfig config) {
    return new AwsSimulator(config);
  }

  private static ProcessGuard guard() {
    try {
      return new ProcessGuard();
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator needs /bin/sh", e);
    }
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("outrigger-simulator");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The endpoint override for every client: {@code http://127.0.0.1:PORT}. */
  public URI endpoint() {
    return front.endpoint();
  }

  /** What the containers of ECS are, for people: those of an engine, or processes and why. */
  public String containers() {
    return engines.description();
  }

  /** What everything of this simulator in an engine is marked with. For tests. */
  Optional<String> containerLabel() {
    return engines.engine().map(ContainerEngine::label);
  }

  /** What was called, and what really ran. */
  public Journal journal() {
    return context.journal();
  }

  /** Where faults are injected. */
  public Faults faults() {
    return context.faults();
  }

  /** What was logged, for tests that write or read it directly. */
  public LogGroups logs() {
    return logs;
  }

  /** The sessions into containers, for tests that disturb them. */
  public SessionHub sessions() {
    return sessions;
  }

  /**
   * Stops listening, ends every process and container that was started, writes the state.
   * Idempotent.
   */
  @Override
  public void close() {
    front.close();
    services.forEach(AwsService::close);
    engines.close();
    context.guard().close();
    context.state().close();
    ScratchFolders.delete(context.scratch());
  }
}
