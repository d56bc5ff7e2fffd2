package dev.outrigger.simulator.lambda;

import java.time.Instant;

/**
 * One event to be handled.
 *
 * @param requestId the id in the answer's header, the Runtime API and the log
 * @param payload the event
 * @param clientContext decoded JSON, or empty
 * @param accessKeyId who asked
 * @param asked when
 * @param traceHeader the caller's {@code X-Amzn-Trace-Id}, or empty
 */
record Invocation(
    String requestId,
    byte[] payload,
    String clientContext,
    String accessKeyId,
    Instant asked,
    String traceHeader) {}
