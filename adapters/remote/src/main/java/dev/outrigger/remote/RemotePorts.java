package dev.outrigger.remote;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PortConnection;
import dev.outrigger.provider.PortTarget;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.remote.v1.End;
import dev.outrigger.remote.v1.PortForwardRequest;
import dev.outrigger.remote.v1.PortForwardResponse;
import dev.outrigger.remote.v1.PortForwardStart;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceStub;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** Connections to ports at the server, one call each. */
record RemotePorts(ProviderServiceStub stub) implements PortTarget {

  @Override
  public PortConnection connect(PodAttempt attempt, int port)
      throws ProviderException, IOException, InterruptedException {
    var call = new RemoteCall<PortForwardRequest, PortForwardResponse>();
    PortForwardStart start =
        PortForwardStart.newBuilder().setAttempt(WireWork.toWire(attempt)).setPort(port).build();
    boolean connected = false;
    try {
      stub.portForward(call);
      call.open(PortForwardRequest.newBuilder().setStart(start).build());
      PortForwardResponse answer =
          call.next().orElseThrow(() -> new IOException("the remote provider gave no answer"));
      if (answer.hasRefused()) {
        throw new IOException(answer.getRefused());
      }
      connected = true;
      return new Connection(call);
    } catch (StatusRuntimeException e) {
      throw WireFailure.fromWire(e);
    } finally {
      if (!connected) {
        call.close();
      }
    }
  }

  private record Connection(
      RemoteCall<PortForwardRequest, PortForwardResponse> call,
      InputStream input,
      OutputStream output)
      implements PortConnection {

    Connection(RemoteCall<PortForwardRequest, PortForwardResponse> call) {
      this(
          call,
          new Input(call),
          new ByteSender(
              bytes -> call.send(PortForwardRequest.newBuilder().setData(bytes).build()),
              () ->
                  call.send(
                      PortForwardRequest.newBuilder().setEnd(End.getDefaultInstance()).build())));
    }

    @Override
    public void close() {
      call.close();
    }
  }

  /** One message at a time: what is not read waits at the server. */
  private static final class Input extends InputStream {

    private final RemoteCall<PortForwardRequest, PortForwardResponse> call;
    private byte[] part = {};
    private int position;
    private boolean ended;

    Input(RemoteCall<PortForwardRequest, PortForwardResponse> call) {
      this.call = call;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (position == part.length && !ended) {
        fill();
      }
      if (ended) {
        return -1;
      }
      int taken = Math.min(length, part.length - position);
      System.arraycopy(part, position, into, offset, taken);
      position += taken;
      return taken;
    }

    private void fill() throws IOException {
      try {
        Optional<PortForwardResponse> event = call.next();
        ended = event.isEmpty() || event.get().hasEnd();
        part = event.map(e -> e.getData().toByteArray()).orElse(part);
        position = ended ? part.length : 0;
      } catch (StatusRuntimeException e) {
        throw new IOException("the connection was lost: " + e.getStatus().getCode(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("reading was cut short", e);
      }
    }
  }
}
