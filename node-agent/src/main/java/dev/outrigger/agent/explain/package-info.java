/**
 * Says what would become of Pods before anything runs.
 *
 * <pre>
 *   YAML documents -> Manifests (the Pods in them) -> Explainer (fields, checks, shape) -> Explanation
 * </pre>
 */
@NullMarked
package dev.outrigger.agent.explain;

import org.jspecify.annotations.NullMarked;
