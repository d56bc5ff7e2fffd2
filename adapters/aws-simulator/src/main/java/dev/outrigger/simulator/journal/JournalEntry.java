package dev.outrigger.simulator.journal;

import java.time.Instant;
import java.util.Map;

/** One thing that happened in the simulator. */
public sealed interface JournalEntry {

  /** When it happened. */
  Instant time();

  /**
   * One API call, written when its outcome is known.
   *
   * @param requestId the answer's request id
   * @param outcome {@code OK}, or the error code
   * @param fault the injected fault's name, or empty
   */
  record Call(
      Instant time,
      String requestId,
      String service,
      String operation,
      String region,
      String accessKeyId,
      String outcome,
      String fault)
      implements JournalEntry {}

  /**
   * A workload that really started: an ECS task that was accepted, or a Lambda invocation.
   *
   * @param id the task's ARN, or the invocation's request id
   * @param startedBy the task's startedBy, or the function's name for Lambda
   * @param clientToken the idempotency token, or empty
   * @param tags the workload's tags
   */
  record WorkloadStarted(
      Instant time,
      String service,
      String id,
      String startedBy,
      String clientToken,
      Map<String, String> tags)
      implements JournalEntry {
    public WorkloadStarted {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * A workload whose processes have all ended.
   *
   * @param reason the stop code or the error type; empty for plain success
   */
  record WorkloadStopped(Instant time, String service, String id, String reason)
      implements JournalEntry {}
}
