package dev.outrigger.remote;

import dev.outrigger.provider.ProviderException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's stream that blocks its writer while the reader is slow. The writer has a thread of its
 * own, since gRPC calls back on the call's thread; a cancelled call interrupts it.
 */
final class ReadyStream<T> {

  private static final Logger log = LoggerFactory.getLogger(ReadyStream.class);
  private static final Duration CHECK = Duration.ofSeconds(5);

  private final ServerCallStreamObserver<T> out;
  private final Object lock = new Object();

  private ReadyStream(ServerCallStreamObserver<T> out) {
    this.out = out;
  }

  /** Writes a whole stream. */
  interface Writer<T> {
    void write(ReadyStream<T> stream) throws ProviderException, IOException, InterruptedException;
  }

  /** As {@link #run}, for a call whose reader sends as well. */
  interface Exchange<Q, T> {
    void run(Inbound<Q> in, ReadyStream<T> out)
        throws ProviderException, IOException, InterruptedException;
  }

  static <Q, T> StreamObserver<Q> exchange(StreamObserver<T> observer, Exchange<Q, T> exchange) {
    var call = (ServerCallStreamObserver<T>) observer;
    call.disableAutoRequest();
    Inbound<Q> in = Inbound.of(call);
    run(observer, out -> exchange.run(in, out));
    call.request(Inbound.AHEAD);
    return in;
  }

  static <T> void run(StreamObserver<T> observer, Writer<T> writer) {
    var out = (ServerCallStreamObserver<T>) observer;
    ReadyStream<T> stream = new ReadyStream<>(out);
    Thread thread =
        Thread.ofVirtual().name("provider-stream").unstarted(() -> stream.write(writer));
    out.setOnReadyHandler(stream::wake);
    out.setOnCancelHandler(thread::interrupt);
    thread.start();
  }

  /** Waits until the reader can take it. Several threads may send. */
  void send(T message) throws IOException {
    synchronized (lock) {
      while (!out.isReady()) {
        if (out.isCancelled()) {
          throw new IOException("the reader has gone");
        }
        try {
          lock.wait(CHECK.toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("the reader has gone", e);
        }
      }
      out.onNext(message);
    }
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private void write(Writer<T> writer) {
    try {
      writer.write(this);
      finish(null);
    } catch (ProviderException e) {
      finish(WireFailure.toWire(e));
    } catch (IOException | InterruptedException e) {
      log.atDebug().setCause(e).log("reader has gone");
      finish(Status.CANCELLED.asRuntimeException());
    } catch (IllegalArgumentException e) {
      finish(Status.INVALID_ARGUMENT.withDescription("malformed request").asRuntimeException());
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("provider failed unexpectedly");
      finish(Status.INTERNAL.withDescription("the provider failed").asRuntimeException());
    }
  }

  private void finish(@org.jspecify.annotations.Nullable RuntimeException failure) {
    if (out.isCancelled()) {
      return;
    }
    try {
      if (failure == null) {
        out.onCompleted();
      } else {
        out.onError(failure);
      }
    } catch (IllegalStateException e) {
      log.atDebug().setCause(e).log("call was cancelled while ending");
    }
  }
}
