package dev.outrigger.remote;

import dev.outrigger.provider.AttachTarget;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.remote.v1.AttachRequest;
import dev.outrigger.remote.v1.AttachResponse;
import dev.outrigger.remote.v1.AttachStart;
import dev.outrigger.remote.v1.ClientInput;
import dev.outrigger.remote.v1.ExecResponse;
import dev.outrigger.remote.v1.ExecStart;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceStub;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;

/** Commands and containers' streams at the server. */
record RemoteStreams(ProviderServiceStub stub) implements ExecTarget, AttachTarget {

  @Override
  public ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    ClientEnd client = new ClientEnd(streams);
    ExecStart start =
        ExecStart.newBuilder()
            .setAttempt(WireWork.toWire(request.attempt()))
            .setContainer(request.container())
            .addAllCommand(request.command())
            .setTerminal(request.terminal())
            .setStreams(client.wanted())
            .build();
    try (var call = new RemoteCall<dev.outrigger.remote.v1.ExecRequest, ExecResponse>()) {
      stub.exec(call);
      call.open(dev.outrigger.remote.v1.ExecRequest.newBuilder().setStart(start).build());
      client.start(
          i -> call.send(execInput(i)), i -> call.sendNow(execInput(i)), request.terminal());
      return outcome(call, client);
    } catch (StatusRuntimeException e) {
      throw WireFailure.fromWire(e);
    }
  }

  @Override
  public void attach(PodAttempt attempt, String container, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    ClientEnd client = new ClientEnd(streams);
    AttachStart start =
        AttachStart.newBuilder()
            .setAttempt(WireWork.toWire(attempt))
            .setContainer(container)
            .setStreams(client.wanted())
            .build();
    try (var call = new RemoteCall<AttachRequest, AttachResponse>()) {
      stub.attach(call);
      call.open(AttachRequest.newBuilder().setStart(start).build());
      client.start(i -> call.send(attachInput(i)), i -> call.sendNow(attachInput(i)), true);
      Optional<AttachResponse> response = call.next();
      while (response.isPresent()) {
        client.output(response.get().getOutput());
        response = call.next();
      }
    } catch (StatusRuntimeException e) {
      throw WireFailure.fromWire(e);
    }
  }

  private static ExecOutcome outcome(
      RemoteCall<dev.outrigger.remote.v1.ExecRequest, ExecResponse> call, ClientEnd client)
      throws IOException, InterruptedException {
    Optional<ExecOutcome> outcome = Optional.empty();
    Optional<ExecResponse> response = call.next();
    while (response.isPresent()) {
      ExecResponse event = response.get();
      switch (event.getEventCase()) {
        case OUTPUT -> client.output(event.getOutput());
        case EXITED -> outcome = Optional.of(new ExecOutcome.Exited(event.getExited()));
        case FAILED -> outcome = Optional.of(new ExecOutcome.Failed(event.getFailed()));
        case EVENT_NOT_SET -> {} // of a newer version
      }
      response = call.next();
    }
    return outcome.orElseGet(
        () -> new ExecOutcome.Failed("the remote provider did not say how the command ended"));
  }

  private static dev.outrigger.remote.v1.ExecRequest execInput(ClientInput input) {
    return dev.outrigger.remote.v1.ExecRequest.newBuilder().setInput(input).build();
  }

  private static AttachRequest attachInput(ClientInput input) {
    return AttachRequest.newBuilder().setInput(input).build();
  }
}
