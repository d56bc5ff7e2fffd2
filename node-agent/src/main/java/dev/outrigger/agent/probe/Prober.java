package dev.outrigger.agent.probe;

import dev.outrigger.provider.Provider;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a container, as probes and lifecycle hooks do. */
public class Prober {

  /** The Kubernetes that this agent follows. */
  private static final String VERSION = "1.35";

  /** How often the kubelet tries again what taught it nothing. */
  private static final int MOST_TRIES = 3;

  private final HttpProbe http;
  private final GrpcProbe grpc;
  private final ExecProbe exec;
  private final PodConnections connections;

  /**
   * @param purpose as it names itself to HTTP servers: {@code probe} or {@code lifecycle}
   */
  public Prober(Provider provider, String purpose) {
    String userAgent = "kube-" + purpose + "/" + VERSION;
    this.connections = new PodConnections(provider.ports());
    this.http = new HttpProbe(connections, userAgent);
    this.grpc = new GrpcProbe(userAgent);
    this.exec = new ExecProbe(provider.exec());
  }

  /** Blocks for at most three times the probe's timeout; interrupting ends it. */
  ProbeOutcome probe(ProbeTarget target, ProbeSpec spec) throws InterruptedException {
    ProbeOutcome outcome = ask(target, spec.handler(), spec.timeout());
    for (int i = 1; i < MOST_TRIES && outcome instanceof ProbeOutcome.Unknown; i++) {
      outcome = ask(target, spec.handler(), spec.timeout());
    }
    return outcome;
  }

  /** Asks once. Blocks for the timeout at most; interrupting ends it. */
  public ProbeOutcome ask(ProbeTarget target, ProbeHandler handler, Duration timeout)
      throws InterruptedException {
    return switch (handler) {
      case ProbeHandler.Http h ->
          within(
              timeout,
              () -> http.probe(target.attempt(), target.podIp(), h, timeout),
              HttpProbe.failure(
                  HttpProbe.url(h, target.podIp()),
                  "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"));
      case ProbeHandler.Tcp tcp ->
          within(timeout, () -> connect(target, tcp, timeout), notConnected(target, tcp));
      case ProbeHandler.Grpc g -> grpc.probe(target.podIp(), g, timeout);
      case ProbeHandler.Exec e ->
          within(
              timeout,
              () -> exec.probe(target.attempt(), target.container(), e.command()),
              new ProbeOutcome.Failure(
                  "command timed out: \"%s\" timed out after %ds"
                      .formatted(String.join(" ", e.command()), timeout.toSeconds())));
      case ProbeHandler.Impossible impossible -> new ProbeOutcome.Unknown(impossible.problem());
    };
  }

  private ProbeOutcome connect(ProbeTarget target, ProbeHandler.Tcp tcp, Duration timeout)
      throws InterruptedException {
    Optional<String> address = tcp.host().or(target::podIp);
    try {
      connections.open(target.attempt(), address, tcp.port(), timeout).close();
      return new ProbeOutcome.Success();
    } catch (java.io.IOException e) {
      return new ProbeOutcome.Failure(String.valueOf(e.getMessage()));
    }
  }

  private static ProbeOutcome notConnected(ProbeTarget target, ProbeHandler.Tcp tcp) {
    String host = tcp.host().or(target::podIp).orElse("localhost");
    return new ProbeOutcome.Failure(
        "dial tcp " + PodConnections.address(host, tcp.port()) + ": i/o timeout");
  }

  /** Runs it on a thread of its own, which is interrupted when the time is over. */
  private static ProbeOutcome within(
      Duration timeout, Callable<ProbeOutcome> probe, ProbeOutcome late)
      throws InterruptedException {
    FutureTask<ProbeOutcome> task = new FutureTask<>(probe);
    Thread.ofVirtual().name("probe").start(task);
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return late;
    } catch (ExecutionException e) {
      return new ProbeOutcome.Unknown(String.valueOf(e.getMessage()));
    } finally {
      task.cancel(true);
    }
  }
}
