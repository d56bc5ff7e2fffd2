package dev.outrigger.agent.probe;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * gRPC probes (pkg/probe/grpc): {@code grpc.health.v1.Health/Check} in clear. Its two messages have
 * one field each, so that they are read and written here.
 */
final class GrpcProbe {

  /** HealthCheckResponse.ServingStatus. */
  private static final String[] STATUS = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

  private static final int SERVING = 1;
  private static final int SERVICE_TAG = 1 << 3 | 2;
  private static final int STATUS_TAG = 1 << 3;

  private static final MethodDescriptor<String, Integer> CHECK =
      MethodDescriptor.<String, Integer>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Request())
          .setResponseMarshaller(new Response())
          .build();

  private final String userAgent;

  GrpcProbe(String userAgent) {
    this.userAgent = userAgent;
  }

  ProbeOutcome probe(Optional<String> podIp, ProbeHandler.Grpc grpc, Duration timeout) {
    if (podIp.isEmpty()) {
      return new ProbeOutcome.Unknown("the Pod has no address, which a gRPC probe needs");
    }
    String within = timeout.toSeconds() + "s";
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(podIp.get(), grpc.port())
            .usePlaintext()
            .userAgent(userAgent)
            .build();
    try {
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
      int status = ClientCalls.blockingUnaryCall(channel, CHECK, options, grpc.service());
      String name = status >= 0 && status < STATUS.length ? STATUS[status] : "" + status;
      return status == SERVING
          ? new ProbeOutcome.Success()
          : new ProbeOutcome.Failure("service unhealthy (responded with \"" + name + "\")");
    } catch (StatusRuntimeException e) {
      return failure(e.getStatus(), PodConnections.address(podIp.get(), grpc.port()), within);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ProbeOutcome failure(Status status, String address, String within) {
    String said = String.valueOf(status.getDescription());
    return new ProbeOutcome.Failure(
        switch (status.getCode()) {
          case UNIMPLEMENTED ->
              "error: this server does not implement the grpc health protocol"
                  + " (grpc.health.v1.Health): "
                  + said;
          case DEADLINE_EXCEEDED -> "timeout: health rpc did not complete within " + within;
          case UNAVAILABLE ->
              "timeout: failed to connect service \"%s\" within %s: %s"
                  .formatted(address, within, said);
          default -> "error: health rpc probe failed: " + said;
        });
  }

  private static final class Request implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String service) {
      byte[] name = service.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      if (name.length > 0) {
        message.write(SERVICE_TAG);
        for (int rest = name.length; ; rest >>>= 7) {
          if (rest < 0x80) {
            message.write(rest);
            break;
          }
          message.write((rest & 0x7f) | 0x80);
        }
        message.writeBytes(name);
      }
      return new ByteArrayInputStream(message.toByteArray());
    }

    @Override
    public String parse(InputStream stream) {
      throw new UnsupportedOperationException("a client reads no requests");
    }
  }

  private static final class Response implements MethodDescriptor.Marshaller<Integer> {
    @Override
    public InputStream stream(Integer status) {
      throw new UnsupportedOperationException("a client writes no responses");
    }

    @Override
    public Integer parse(InputStream stream) {
      try {
        byte[] message = stream.readAllBytes();
        return message.length >= 2 && message[0] == STATUS_TAG ? message[1] & 0xff : 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
