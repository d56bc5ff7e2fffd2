/**
 * AWS Lambda: functions, and invocations that really run as child processes behind a real Runtime
 * API.
 *
 * <pre>
 *   LambdaService routes by method and path
 *     -> FunctionApi (create, update, list, tags) -> FunctionStore (survives a restart)
 *     -> InvokeApi -> Invoker -> Environments (warm, one invocation each, concurrency limits)
 *                                  -> ExecutionEnvironment (process + RuntimeApi + OutputTail)
 *                                       -> InvocationLog -> LogLines (CloudWatch Logs)
 * </pre>
 */
@NullMarked
package dev.outrigger.simulator.lambda;

import org.jspecify.annotations.NullMarked;
