/**
 * The contract between the node agent and a backend.
 *
 * <p>The agent resolves a Pod (environment, ConfigMaps, Secrets, downward API) into {@link PodWork}
 * and hands it to a {@link Provider}; the provider reports what it observes as {@link Workload}s.
 *
 * <pre>
 *   Pod -> agent resolves -> PodWork -> Provider.create -> backend
 *   backend -> Workload -> StatusSink -> agent computes the Pod's status
 * </pre>
 *
 * <p>Kubernetes and the backend are the only stores: a provider keeps nothing of its own that it
 * could not find again by listing the backend.
 */
@NullMarked
package dev.outrigger.provider;

import org.jspecify.annotations.NullMarked;
