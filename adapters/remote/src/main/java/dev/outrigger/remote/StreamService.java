package dev.outrigger.remote;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.remote.v1.AttachRequest;
import dev.outrigger.remote.v1.AttachResponse;
import dev.outrigger.remote.v1.AttachStart;
import dev.outrigger.remote.v1.Connected;
import dev.outrigger.remote.v1.End;
import dev.outrigger.remote.v1.ExecRequest;
import dev.outrigger.remote.v1.ExecResponse;
import dev.outrigger.remote.v1.ExecStart;
import dev.outrigger.remote.v1.PortForwardRequest;
import dev.outrigger.remote.v1.PortForwardResponse;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls that stream in both directions, each on a thread of its own. */
record StreamService(Provider provider) {

  private static final Logger log = LoggerFactory.getLogger(StreamService.class);

  void exec(Inbound<ExecRequest> in, ReadyStream<ExecResponse> out)
      throws ProviderException, IOException, InterruptedException {
    ExecStart start =
        in.next()
            .filter(ExecRequest::hasStart)
            .map(ExecRequest::getStart)
            .orElseThrow(StreamService::noStart);
    ExecTarget target =
        provider.exec().orElseThrow(() -> unsupported("exec", "the backend runs no commands"));
    var request =
        new dev.outrigger.provider.ExecRequest(
            WireWork.fromWire(start.getAttempt()),
            start.getContainer(),
            start.getCommandList(),
            start.getTerminal());
    ExecOutcome outcome;
    try (ServedStreams streams =
            new ServedStreams(
                start.getStreams(), o -> out.send(ExecResponse.newBuilder().setOutput(o).build()));
        Feeder feeder = Feeder.start(in, r -> streams.input(r.getInput()), streams::end)) {
      log.atTrace().addKeyValue("input", feeder).log("running a command");
      outcome = target.exec(request, streams);
    }
    out.send(
        switch (outcome) {
          case ExecOutcome.Exited(int code) -> ExecResponse.newBuilder().setExited(code).build();
          case ExecOutcome.Failed(String message) ->
              ExecResponse.newBuilder().setFailed(message).build();
        });
  }

  void attach(Inbound<AttachRequest> in, ReadyStream<AttachResponse> out)
      throws ProviderException, IOException, InterruptedException {
    AttachStart start =
        in.next()
            .filter(AttachRequest::hasStart)
            .map(AttachRequest::getStart)
            .orElseThrow(StreamService::noStart);
    AttachTarget target =
        provider
            .attach()
            .orElseThrow(() -> unsupported("attach", "the backend gives no streams of containers"));
    try (ServedStreams streams =
            new ServedStreams(
                start.getStreams(),
                o -> out.send(AttachResponse.newBuilder().setOutput(o).build()));
        Feeder feeder = Feeder.start(in, r -> streams.input(r.getInput()), streams::end)) {
      log.atTrace().addKeyValue("input", feeder).log("attached");
      target.attach(WireWork.fromWire(start.getAttempt()), start.getContainer(), streams);
    }
  }

  void portForward(Inbound<PortForwardRequest> in, ReadyStream<PortForwardResponse> out)
      throws ProviderException, IOException, InterruptedException {
    var start =
        in.next()
            .filter(PortForwardRequest::hasStart)
            .map(PortForwardRequest::getStart)
            .orElseThrow(StreamService::noStart);
    PortTarget target =
        provider
            .ports()
            .orElseThrow(() -> unsupported("portForward", "the backend gives no way to ports"));
    PortConnection connection;
    try {
      connection = target.connect(WireWork.fromWire(start.getAttempt()), start.getPort());
    } catch (IOException e) {
      out.send(PortForwardResponse.newBuilder().setRefused(String.valueOf(e.getMessage())).build());
      return;
    }
    try (connection;
        Feeder feeder = Feeder.start(in, r -> toPod(r, connection), () -> endQuietly(connection))) {
      out.send(
          PortForwardResponse.newBuilder().setConnected(Connected.getDefaultInstance()).build());
      fromPod(connection.input(), out);
      out.send(PortForwardResponse.newBuilder().setEnd(End.getDefaultInstance()).build());
      feeder.await();
    }
  }

  private static void fromPod(InputStream pod, ReadyStream<PortForwardResponse> out)
      throws IOException {
    ByteSender sender =
        new ByteSender(bytes -> out.send(PortForwardResponse.newBuilder().setData(bytes).build()));
    pod.transferTo(sender);
  }

  private static void toPod(PortForwardRequest request, PortConnection connection)
      throws IOException {
    switch (request.getEventCase()) {
      case DATA -> request.getData().writeTo(connection.output());
      case END -> connection.output().close();
      case START, EVENT_NOT_SET -> {} // of a newer version
    }
  }

  private static void endQuietly(PortConnection connection) {
    try {
      connection.output().close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("connection ended before its client");
    }
  }

  private static IllegalArgumentException noStart() {
    return new IllegalArgumentException("the first message is no start");
  }

  private static ProviderException.Unsupported unsupported(String what, String why) {
    return new ProviderException.Unsupported(what, why);
  }
}
