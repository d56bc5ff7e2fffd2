/**
 * Pods as Lambda invocations: one synchronous Invoke for each Pod attempt.
 *
 * <pre>
 *   PodWork -> LambdaFields (every field judged) -> LambdaFunctionMapper -> InvocationPlan
 *           -> Functions (made once per shape) -> Claims (one log stream per attempt, atomic)
 *           -> Invocations (Invoke on a virtual thread) -> LambdaStatusMapper -> Claims, Board
 *   after a crash: Claims -> Recovery (function's log) -> Board
 *   kubectl logs:  Claims (request id) -> LambdaLogs -> LogSeparator
 *   kubectl exec:  Board (running?) -> LambdaExec -> one more Invoke, which nothing remembers
 * </pre>
 *
 * <p>Invoke has no idempotency token: why the claims make it at most one per attempt, and what is
 * said when the outcome cannot be known, is ADR 3.
 */
@NullMarked
package dev.outrigger.lambda;

import org.jspecify.annotations.NullMarked;
