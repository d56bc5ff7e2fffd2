/**
 * What {@code ./outrigger} runs: the agent's commands, and those that only a checkout has.
 *
 * <pre>
 * outrigger (script: builds) → LauncherMain → demo | simulate-aws | bench | the agent's own
 * </pre>
 */
@NullMarked
package dev.outrigger.testbed.launcher;

import org.jspecify.annotations.NullMarked;
