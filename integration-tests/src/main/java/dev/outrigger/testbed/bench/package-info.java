/**
 * {@code outrigger bench}: how fast Pods of a node with an instant backend become Running, and what
 * that costs. The contestants run one after another against one API server.
 *
 * <pre>
 * BenchCommand → Contestant (the agent, kwok) → Rounds: BenchApi creates, watches, deletes → Report
 * </pre>
 *
 * <p>It looks from outside: times as a watch sees them, CPU and memory as the operating system
 * counts them, requests as the API server counts them.
 */
@NullMarked
package dev.outrigger.testbed.bench;

import org.jspecify.annotations.NullMarked;
