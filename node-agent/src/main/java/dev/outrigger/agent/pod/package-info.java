/**
 * Pods: watch, queue of UIDs, decision, action. Events go in as facts, one worker per UID decides.
 */
@NullMarked
package dev.outrigger.agent.pod;

import org.jspecify.annotations.NullMarked;
