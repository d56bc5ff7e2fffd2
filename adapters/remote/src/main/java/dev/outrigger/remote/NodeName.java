package dev.outrigger.remote;

import dev.outrigger.provider.ProviderException;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import org.jspecify.annotations.Nullable;

/**
 * Every call names the node that it is made for, and a server answers for its own node only: to an
 * agent of another node, all that runs there would be workloads without a Pod, to be stopped.
 */
final class NodeName {

  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("outrigger-node", Metadata.ASCII_STRING_MARSHALLER);

  private NodeName() {}

  /** For a client: names its node in every call. */
  static ClientInterceptor sent(String node) {
    Metadata headers = new Metadata();
    headers.put(HEADER, node);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /**
   * For a server: refuses calls for other nodes as Unavailable, by which a client takes nothing for
   * gone. A call that names none passes.
   */
  static ServerInterceptor required(String node) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        @Nullable String named = headers.get(HEADER);
        if (named == null || named.equals(node)) {
          return next.startCall(call, headers);
        }
        StatusRuntimeException refusal = WireFailure.toWire(ofAnother(node, named));
        @Nullable Metadata trailers = refusal.getTrailers();
        call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {};
      }
    };
  }

  private static ProviderException ofAnother(String node, String named) {
    return new ProviderException.Unavailable(
        "this server serves the node %s, not %s: set nodes[].name or --node".formatted(node, named),
        null);
  }
}
