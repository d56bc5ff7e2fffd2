package dev.outrigger.remote;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.Capabilities;
import dev.outrigger.provider.ContainerStop;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.FileKeys;
import dev.outrigger.provider.LogPace;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.NodeState;
import dev.outrigger.provider.NodeStateSource;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.Sidecars;
import dev.outrigger.provider.StatsSource;
import dev.outrigger.provider.StatusSink;
import dev.outrigger.provider.Subscription;
import dev.outrigger.provider.Workload;
import dev.outrigger.remote.v1.CheckFieldsRequest;
import dev.outrigger.remote.v1.CheckRequest;
import dev.outrigger.remote.v1.ContainerStartedRequest;
import dev.outrigger.remote.v1.CreateRequest;
import dev.outrigger.remote.v1.DeleteRequest;
import dev.outrigger.remote.v1.GetCapabilitiesRequest;
import dev.outrigger.remote.v1.GetCapabilitiesResponse;
import dev.outrigger.remote.v1.GetNodeStateRequest;
import dev.outrigger.remote.v1.GetStatsRequest;
import dev.outrigger.remote.v1.ListRequest;
import dev.outrigger.remote.v1.ProviderServiceGrpc;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceBlockingStub;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceStub;
import dev.outrigger.remote.v1.UpdateVolumesRequest;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.ChannelCredentials;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider elsewhere. Every call but the endless streams has a deadline. */
final class RemoteProvider implements Provider {

  private static final Logger log = LoggerFactory.getLogger(RemoteProvider.class);

  /** For answers that need no backend. */
  private static final Duration SHORT = Duration.ofSeconds(5);

  /** The longest that the contract lets a provider take. */
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A measurement takes at most 10 s there. */
  private static final Duration STATS = Duration.ofSeconds(12);

  private final String nodeName;
  private final ManagedChannel channel;
  private final ProviderServiceBlockingStub stub;
  private final ProviderServiceStub streams;
  private final LogPace silent = new LogPace(Clock.systemUTC());
  private final List<RemoteWatch> watches = new CopyOnWriteArrayList<>();

  /** Constant once known; fetched again by whoever comes first while it is not. */
  private volatile @Nullable GetCapabilitiesResponse capabilities;

  RemoteProvider(
      String nodeName,
      String endpoint,
      ChannelCredentials credentials,
      Optional<String> serverName) {
    this.nodeName = nodeName;
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + endpoint, credentials)
            .intercept(NodeName.sent(nodeName))
            .maxInboundMessageSize(ProviderServer.LARGEST_MESSAGE)
            .keepAliveTime(20, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS);
    serverName.ifPresent(builder::overrideAuthority);
    this.channel = builder.build();
    this.stub = ProviderServiceGrpc.newBlockingStub(channel);
    this.streams = ProviderServiceGrpc.newStub(channel);
  }

  /**
   * Asks the server, for at most 5 s, while it has not answered; empty until then: nothing is
   * promised that may not be kept.
   */
  @Override
  public Capabilities capabilities() {
    return known()
        .map(WireWorkload::fromWire)
        .orElseGet(() -> new Capabilities(Map.of(), Optional.empty(), Duration.ZERO, Map.of()));
  }

  @Override
  public Capabilities askCapabilities() throws ProviderException {
    return WireWorkload.fromWire(asked());
  }

  /** A server that was built before it could be asked this lets every Pod pass. */
  @Override
  public void checkFields(Pod pod) throws ProviderException {
    CheckFieldsRequest request =
        CheckFieldsRequest.newBuilder().setPodJson(WireWork.podJson(pod)).build();
    try {
      stub.withDeadlineAfter(SHORT).checkFields(request);
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.UNIMPLEMENTED || WireFailure.isOurs(e)) {
        throw WireFailure.fromWire(e);
      }
    }
  }

  @Override
  public void check(PodWork work) throws ProviderException {
    refuseUnknown(work);
    CheckRequest request = CheckRequest.newBuilder().setWork(WireWork.toWire(work)).build();
    call(SHORT, s -> s.check(request));
  }

  @Override
  public Workload create(PodWork work) throws ProviderException {
    refuseUnknown(work);
    CreateRequest request = CreateRequest.newBuilder().setWork(WireWork.toWire(work)).build();
    return WireWorkload.fromWire(call(LONG, s -> s.create(request)).getWorkload());
  }

  @Override
  public void updateVolumes(PodAttempt attempt, List<ResolvedVolume> volumes)
      throws ProviderException {
    UpdateVolumesRequest request =
        UpdateVolumesRequest.newBuilder()
            .setAttempt(WireWork.toWire(attempt))
            .addAllVolumes(volumes.stream().map(WireWork::toWire).toList())
            .build();
    call(LONG, s -> s.updateVolumes(request));
  }

  @Override
  public void stopContainer(ContainerStop stop) throws ProviderException {
    call(LONG, s -> s.stopContainer(WireWork.toWire(stop)));
  }

  @Override
  public void containerStarted(PodAttempt run, String container) throws ProviderException {
    ContainerStartedRequest request =
        ContainerStartedRequest.newBuilder()
            .setRun(WireWork.toWire(run))
            .setContainer(container)
            .build();
    call(LONG, s -> s.containerStarted(request));
  }

  @Override
  public void delete(PodKey key, Duration grace) throws ProviderException {
    DeleteRequest request =
        DeleteRequest.newBuilder()
            .setKey(WireWork.toWire(key))
            .setGrace(WireTime.toWire(grace))
            .build();
    call(LONG, s -> s.delete(request));
  }

  @Override
  public List<Workload> list() throws ProviderException {
    return call(
        LONG,
        s -> {
          List<Workload> all = new ArrayList<>();
          s.list(ListRequest.getDefaultInstance())
              .forEachRemaining(r -> all.add(WireWorkload.fromWire(r.getWorkload())));
          return List.copyOf(all);
        });
  }

  @Override
  public Subscription watch(StatusSink sink) {
    RemoteWatch watch = RemoteWatch.start(nodeName, stub, sink);
    watches.add(watch);
    return () -> {
      watches.remove(watch);
      watch.close();
    };
  }

  @Override
  public Optional<LogSource> logs() {
    return offered(GetCapabilitiesResponse::getHasLogs, new RemoteLogs(stub));
  }

  @Override
  public Optional<ExecTarget> exec() {
    return offered(GetCapabilitiesResponse::getHasExec, new RemoteStreams(streams));
  }

  @Override
  public Optional<AttachTarget> attach() {
    return offered(GetCapabilitiesResponse::getHasAttach, new RemoteStreams(streams));
  }

  @Override
  public Optional<PortTarget> ports() {
    return offered(GetCapabilitiesResponse::getHasPorts, new RemotePorts(streams));
  }

  @Override
  public Optional<StatsSource> stats() {
    return offered(
        GetCapabilitiesResponse::getHasStats,
        () ->
            WireStats.fromWire(call(STATS, s -> s.getStats(GetStatsRequest.getDefaultInstance()))));
  }

  /** A server that tells nothing of itself is asked whether it answers. */
  @Override
  public Optional<NodeStateSource> nodeState() {
    return Optional.of(
        () -> {
          // Else gRPC lets up to two minutes pass before it connects again to one that was away.
          channel.resetConnectBackoff();
          if (known().filter(k -> !k.getHasNodeState()).isPresent()) {
            reached(s -> s.getCapabilities(GetCapabilitiesRequest.getDefaultInstance()));
            return NodeState.UNKNOWN;
          }
          return WireNodeState.fromWire(
              reached(s -> s.getNodeState(GetNodeStateRequest.getDefaultInstance())));
        });
  }

  /**
   * Waits for the connection. One that has failed is told with its cause, which a call that waited
   * in vain does not know.
   */
  private <T> T reached(Function<ProviderServiceBlockingStub, T> call) throws ProviderException {
    try {
      return call(SHORT, s -> call.apply(s.withWaitForReady()));
    } catch (ProviderException.Unavailable e) {
      if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
        return call(SHORT, call);
      }
      throw e;
    }
  }

  /** Offered until the server is known to have none. */
  private <T> Optional<T> offered(Predicate<GetCapabilitiesResponse> has, T part) {
    return known().map(has::test).orElse(true) ? Optional.of(part) : Optional.empty();
  }

  @Override
  public void close() {
    watches.forEach(RemoteWatch::close);
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A server that was built before there were sidecars would take them for init containers. */
  private void refuseUnknown(PodWork work) throws ProviderException {
    if (known().filter(k -> !k.getSidecars()).isPresent()) {
      Sidecars.refuse(work.pod().getSpec());
    }
    if (known().filter(k -> !k.getFileKeys()).isPresent()) {
      FileKeys.refuse(work.pod().getSpec());
    }
  }

  private Optional<GetCapabilitiesResponse> known() {
    try {
      return Optional.of(asked());
    } catch (ProviderException e) {
      String reason = String.valueOf(e.getMessage());
      if (silent.isDue(reason)) {
        log.atWarn()
            .addKeyValue("node", nodeName)
            .addKeyValue("reason", reason)
            .log("remote provider does not say what it can do");
      }
      return Optional.empty();
    }
  }

  private GetCapabilitiesResponse asked() throws ProviderException {
    GetCapabilitiesResponse found = capabilities;
    if (found == null) {
      // Else gRPC waits up to two minutes between attempts to connect.
      channel.resetConnectBackoff();
      found = call(SHORT, s -> s.getCapabilities(GetCapabilitiesRequest.getDefaultInstance()));
      capabilities = found;
    }
    return found;
  }

  private <T> T call(Duration deadline, Function<ProviderServiceBlockingStub, T> call)
      throws ProviderException {
    try {
      return call.apply(stub.withDeadlineAfter(deadline));
    } catch (StatusRuntimeException e) {
      throw WireFailure.fromWire(e);
    }
  }
}
