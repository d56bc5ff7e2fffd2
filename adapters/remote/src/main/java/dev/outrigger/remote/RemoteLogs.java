package dev.outrigger.remote;

import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.LogSource;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.remote.v1.ProviderServiceGrpc.ProviderServiceBlockingStub;
import dev.outrigger.remote.v1.ReadLogsResponse;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Iterator;

/** Takes one line at a time off the stream: a slow sink slows the server down. */
record RemoteLogs(ProviderServiceBlockingStub stub) implements LogSource {

  @Override
  public void read(LogQuery query, LogSink sink)
      throws ProviderException, IOException, InterruptedException {
    try (Context.CancellableContext call = Context.current().withCancellation()) {
      Context before = call.attach();
      try {
        copy(stub.readLogs(WireLogs.toWire(query)), sink);
      } catch (StatusRuntimeException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException("reading the log was cut short");
        }
        throw WireFailure.fromWire(e);
      } finally {
        call.detach(before);
      }
    }
  }

  private static void copy(Iterator<ReadLogsResponse> stream, LogSink sink) throws IOException {
    while (stream.hasNext()) {
      ReadLogsResponse event = stream.next();
      switch (event.getEventCase()) {
        case LINE -> sink.line(WireLogs.fromWire(event.getLine()));
        case CAUGHT_UP -> sink.caughtUp();
        case EVENT_NOT_SET -> {} // of a newer version
      }
    }
  }
}
