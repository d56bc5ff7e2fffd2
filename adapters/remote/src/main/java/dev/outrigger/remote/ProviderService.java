package dev.outrigger.remote;

import dev.outrigger.provider.LogLine;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.Workload;
import dev.outrigger.remote.v1.AttachRequest;
import dev.outrigger.remote.v1.AttachResponse;
import dev.outrigger.remote.v1.CaughtUp;
import dev.outrigger.remote.v1.CheckFieldsRequest;
import dev.outrigger.remote.v1.CheckFieldsResponse;
import dev.outrigger.remote.v1.CheckRequest;
import dev.outrigger.remote.v1.CheckResponse;
import dev.outrigger.remote.v1.ContainerStartedRequest;
import dev.outrigger.remote.v1.ContainerStartedResponse;
import dev.outrigger.remote.v1.CreateRequest;
import dev.outrigger.remote.v1.CreateResponse;
import dev.outrigger.remote.v1.DeleteRequest;
import dev.outrigger.remote.v1.DeleteResponse;
import dev.outrigger.remote.v1.ExecRequest;
import dev.outrigger.remote.v1.ExecResponse;
import dev.outrigger.remote.v1.GetCapabilitiesRequest;
import dev.outrigger.remote.v1.GetCapabilitiesResponse;
import dev.outrigger.remote.v1.GetNodeStateRequest;
import dev.outrigger.remote.v1.GetNodeStateResponse;
import dev.outrigger.remote.v1.GetStatsRequest;
import dev.outrigger.remote.v1.GetStatsResponse;
import dev.outrigger.remote.v1.ListRequest;
import dev.outrigger.remote.v1.ListResponse;
import dev.outrigger.remote.v1.PortForwardRequest;
import dev.outrigger.remote.v1.PortForwardResponse;
import dev.outrigger.remote.v1.ProviderServiceGrpc;
import dev.outrigger.remote.v1.ReadLogsRequest;
import dev.outrigger.remote.v1.ReadLogsResponse;
import dev.outrigger.remote.v1.StopContainerRequest;
import dev.outrigger.remote.v1.StopContainerResponse;
import dev.outrigger.remote.v1.UpdateVolumesRequest;
import dev.outrigger.remote.v1.UpdateVolumesResponse;
import dev.outrigger.remote.v1.WatchRequest;
import dev.outrigger.remote.v1.WatchResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls by asking the provider. */
final class ProviderService extends ProviderServiceGrpc.ProviderServiceImplBase {

  private static final Logger log = LoggerFactory.getLogger(ProviderService.class);

  private final Provider provider;
  private final StreamService streams;

  ProviderService(Provider provider) {
    this.provider = provider;
    this.streams = new StreamService(provider);
  }

  /** What answers a call. */
  private interface Answer<T> {
    T get() throws ProviderException;
  }

  @Override
  public void getCapabilities(
      GetCapabilitiesRequest request, StreamObserver<GetCapabilitiesResponse> out) {
    unary(out, () -> WireWorkload.toWire(provider));
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> out) {
    unary(
        out,
        () -> {
          provider.check(WireWork.fromWire(request.getWork()));
          return CheckResponse.getDefaultInstance();
        });
  }

  @Override
  public void checkFields(CheckFieldsRequest request, StreamObserver<CheckFieldsResponse> out) {
    unary(
        out,
        () -> {
          provider.checkFields(WireWork.pod(request.getPodJson()));
          return CheckFieldsResponse.getDefaultInstance();
        });
  }

  @Override
  public void create(CreateRequest request, StreamObserver<CreateResponse> out) {
    unary(
        out,
        () -> {
          Workload workload = provider.create(WireWork.fromWire(request.getWork()));
          return CreateResponse.newBuilder().setWorkload(WireWorkload.toWire(workload)).build();
        });
  }

  @Override
  public void updateVolumes(
      UpdateVolumesRequest request, StreamObserver<UpdateVolumesResponse> out) {
    unary(
        out,
        () -> {
          provider.updateVolumes(
              WireWork.fromWire(request.getAttempt()),
              request.getVolumesList().stream().map(WireWork::fromWire).toList());
          return UpdateVolumesResponse.getDefaultInstance();
        });
  }

  @Override
  public void stopContainer(
      StopContainerRequest request, StreamObserver<StopContainerResponse> out) {
    unary(
        out,
        () -> {
          provider.stopContainer(WireWork.fromWire(request));
          return StopContainerResponse.getDefaultInstance();
        });
  }

  @Override
  public void containerStarted(
      ContainerStartedRequest request, StreamObserver<ContainerStartedResponse> out) {
    unary(
        out,
        () -> {
          provider.containerStarted(WireWork.fromWire(request.getRun()), request.getContainer());
          return ContainerStartedResponse.getDefaultInstance();
        });
  }

  @Override
  public void delete(DeleteRequest request, StreamObserver<DeleteResponse> out) {
    unary(
        out,
        () -> {
          provider.delete(
              WireWork.fromWire(request.getKey()), WireTime.fromWire(request.getGrace()));
          return DeleteResponse.getDefaultInstance();
        });
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> out) {
    ReadyStream.run(
        out,
        stream -> {
          for (Workload workload : provider.list()) {
            stream.send(
                ListResponse.newBuilder().setWorkload(WireWorkload.toWire(workload)).build());
          }
        });
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> out) {
    ReadyStream.run(out, stream -> WatchFeed.serve(provider, stream));
  }

  @Override
  public void readLogs(ReadLogsRequest request, StreamObserver<ReadLogsResponse> out) {
    ReadyStream.run(
        out,
        stream -> {
          LogSource logs =
              provider
                  .logs()
                  .orElseThrow(() -> new ProviderException.NotFound("the backend has no logs"));
          logs.read(WireLogs.fromWire(request), new StreamSink(stream));
        });
  }

  @Override
  public StreamObserver<ExecRequest> exec(StreamObserver<ExecResponse> out) {
    return ReadyStream.exchange(out, streams::exec);
  }

  @Override
  public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> out) {
    return ReadyStream.exchange(out, streams::attach);
  }

  @Override
  public StreamObserver<PortForwardRequest> portForward(StreamObserver<PortForwardResponse> out) {
    return ReadyStream.exchange(out, streams::portForward);
  }

  @Override
  public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> out) {
    unary(
        out,
        () -> {
          StatsSource stats =
              provider
                  .stats()
                  .orElseThrow(
                      () ->
                          new ProviderException.Unsupported(
                              "stats", "the backend measures nothing"));
          return WireStats.toWire(stats.stats());
        });
  }

  @Override
  public void getNodeState(GetNodeStateRequest request, StreamObserver<GetNodeStateResponse> out) {
    unary(
        out,
        () -> {
          NodeStateSource source =
              provider
                  .nodeState()
                  .orElseThrow(
                      () ->
                          new ProviderException.Unsupported(
                              "node state", "the backend tells nothing of itself"));
          return WireNodeState.toWire(source.state());
        });
  }

  private record StreamSink(ReadyStream<ReadLogsResponse> stream) implements LogSink {

    @Override
    public void line(LogLine line) throws IOException {
      stream.send(ReadLogsResponse.newBuilder().setLine(WireLogs.toWire(line)).build());
    }

    @Override
    public void caughtUp() throws IOException {
      stream.send(ReadLogsResponse.newBuilder().setCaughtUp(CaughtUp.getDefaultInstance()).build());
    }
  }

  /** Runs on the call's own virtual thread, so the provider may block. */
  private static <T> void unary(StreamObserver<T> out, Answer<T> answer) {
    T result;
    try {
      result = answer.get();
    } catch (ProviderException e) {
      out.onError(WireFailure.toWire(e));
      return;
    } catch (IllegalArgumentException e) {
      out.onError(
          Status.INVALID_ARGUMENT.withDescription("malformed request").asRuntimeException());
      return;
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("provider failed unexpectedly");
      out.onError(Status.INTERNAL.withDescription("the provider failed").asRuntimeException());
      return;
    }
    out.onNext(result);
    out.onCompleted();
  }
}
