package dev.outrigger.lambda;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What Lambda's own report says of an invocation's end.
 *
 * @param status {@code success}, {@code failure}, {@code error}, {@code timeout}; empty text where
 *     the log's format does not tell
 * @param traceId the root of the trace that the caller sent along
 * @param detail the error's words, where the log shows them
 * @param peakMemory bytes, the most that it used at any time
 */
record LogReport(
    String requestId,
    Instant time,
    String status,
    Optional<String> errorType,
    Optional<String> traceId,
    Optional<String> detail,
    OptionalLong peakMemory) {}
