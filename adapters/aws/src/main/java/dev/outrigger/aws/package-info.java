/**
 * What the ECS and Lambda adapters share: clients, API budgets, error mapping and the reading of
 * CloudWatch Logs.
 *
 * <pre>
 *   adapter -> AwsCalls.call(operation, bucket, call)
 *                -> ApiBudget (waits for a token) -> SDK client (one try) -> AwsErrors -> ProviderException
 * </pre>
 *
 * <p>The retry layer is the caller's queue or poller; the SDK never retries by itself, so that a
 * token stands for exactly one request and a lost answer is seen as such.
 */
@NullMarked
package dev.outrigger.aws;

import org.jspecify.annotations.NullMarked;
