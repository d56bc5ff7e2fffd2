/**
 * A Docker engine, by its own command line: that finds the engine a user means (context, TLS, SSH),
 * speaks its version, and knows the user's registry credentials.
 *
 * <pre>
 * ContainerEngine (label of this simulator, guard) → Docker (one call, one process)
 *                                                  → DockerImages (there, pulled, digest), PauseImage
 * </pre>
 */
@NullMarked
package dev.outrigger.simulator.docker;

import org.jspecify.annotations.NullMarked;
