/**
 * The provider contract over gRPC, both ends.
 *
 * <pre>
 *   agent -> RemoteProvider -> Wire* -> gRPC over mTLS -> ProviderServer -> ProviderService -> Provider
 *   ProviderException -> WireFailure (trailer "outrigger-failure-bin") -> the same ProviderException
 * </pre>
 */
@NullMarked
package dev.outrigger.remote;

import org.jspecify.annotations.NullMarked;
