/**
 * The provider contract over gRPC, both ends.
 *
 * <pre>
 *   agent -> RemoteProvider -> Wire* -> gRPC over mTLS -> ProviderServer -> ProviderService -> Provider
 *   exec, attach, ports: RemoteCall <-> ReadyStream + Inbound <-> StreamService; blocking threads at
 *           both ends, gRPC's flow control between them
 *   ProviderException -> WireFailure (trailer "outrigger-failure-bin") -> the same ProviderException
 *   the node's name -> NodeName (header "outrigger-node") -> a server of another node refuses
 * </pre>
 */
@NullMarked
package dev.outrigger.remote;

import org.jspecify.annotations.NullMarked;
