package dev.outrigger.simulator.service;

import dev.outrigger.simulator.fault.Faults;
import dev.outrigger.simulator.journal.Journal;
import dev.outrigger.simulator.process.ProcessGuard;
import dev.outrigger.simulator.quota.Quotas;
import dev.outrigger.simulator.state.StateStore;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What every service is given.
 *
 * @param accountId the simulator's only account, 12 digits
 * @param clock for every time that the services show
 * @param state tables that survive a restart when a state folder was given
 * @param scratch an existing folder for working directories of processes; emptied at close
 * @param guard under which every process is started
 */
public record SimulatorContext(
    String accountId,
    Clock clock,
    Journal journal,
    Faults faults,
    Quotas quotas,
    StateStore state,
    Path scratch,
    ProcessGuard guard) {}
