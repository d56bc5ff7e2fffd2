package dev.outrigger.provider;

import java.util.List;

/** A provider's measurements of what its workloads use. */
public interface StatsSource {

  /**
   * The latest measurement of every running workload of this node. Blocks at most 10 s; answers
   * from measurements not older than a minute where asking is dear, or as old as the backend's own
   * where it measures by itself. A workload of which nothing was measured is left out: nothing is
   * made up. A backend that tells only at the end what was used tells of those that have ended in
   * the last minutes instead.
   */
  List<PodStats> stats() throws ProviderException;
}
