/**
 * The contract test kit: what every provider must pass, in process and over gRPC.
 *
 * <pre>
 *   class EcsContractTest extends ProviderContract { newProvider(), startsOf(attempt), pod builders }
 *   ContractFixture (hooks, helpers) &lt;- LogContract &lt;- ProviderContract
 *   FakeBackend &lt;- FakeProvider: a scriptable provider in memory that passes the kit, for tests of the agent
 * </pre>
 */
@NullMarked
package dev.outrigger.provider.testkit;

import org.jspecify.annotations.NullMarked;
