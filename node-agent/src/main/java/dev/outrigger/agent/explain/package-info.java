/**
 * Says what would become of Pods before anything runs.
 *
 * <pre>
 *   text -> Documents -> Manifests (the Pods in them; Structure and PodRules: what the API server
 *        would refuse) -> Explainer (fields, checks, shape) -> Explanation -> Report
 * </pre>
 */
@NullMarked
package dev.outrigger.agent.explain;

import org.jspecify.annotations.NullMarked;
