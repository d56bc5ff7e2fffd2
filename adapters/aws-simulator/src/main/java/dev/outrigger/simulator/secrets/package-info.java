/**
 * Secrets Manager: {@link dev.outrigger.simulator.secrets.SecretStore} holds, the service serves.
 */
@NullMarked
package dev.outrigger.simulator.secrets;

import org.jspecify.annotations.NullMarked;
