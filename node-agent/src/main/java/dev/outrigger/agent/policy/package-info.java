/**
 * The provider's field table as a ValidatingAdmissionPolicy, so that the API server itself says at
 * {@code kubectl apply} what a node would refuse later.
 *
 * <pre>
 *   FieldTable -> FieldRules (CEL) -+
 *   Placement  -> PlacementRule ----+-> AdmissionPolicy (YAML)
 * </pre>
 */
@NullMarked
package dev.outrigger.agent.policy;

import org.jspecify.annotations.NullMarked;
