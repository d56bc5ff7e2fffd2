package dev.outrigger.remote;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a call that streams in both directions, for threads that block. Closing it
 * cancels what has not ended.
 */
final class RemoteCall<Q, R> implements ClientResponseObserver<Q, R>, AutoCloseable {

  private final Object lock = new Object();

  // Set before the call starts; sends are guarded by lock.
  private @Nullable ClientCallStreamObserver<Q> requests;
  private @Nullable Inbound<R> responses;

  // Guarded by lock.
  private boolean ended;

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    requests = stream;
    responses = Inbound.of(stream);
    stream.disableAutoRequestWithInitial(Inbound.AHEAD);
    stream.setOnReadyHandler(this::wake);
  }

  /** The next answer; empty when the server has ended the call. */
  Optional<R> next() throws InterruptedException {
    return started(responses).next();
  }

  /** The first request. A call that has failed by then says why when its answer is read. */
  void open(Q request) {
    synchronized (lock) {
      if (!ended) {
        started(requests).onNext(request);
      }
    }
  }

  /** Waits until the server can take it. */
  void send(Q request) throws IOException {
    synchronized (lock) {
      while (!ended && !started(requests).isReady()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("sending was cut short", e);
        }
      }
      sendNow(request);
    }
  }

  /** Does not wait: for what is small and rare. */
  void sendNow(Q request) throws IOException {
    synchronized (lock) {
      if (ended) {
        throw new IOException("the remote provider has ended the call");
      }
      started(requests).onNext(request);
    }
  }

  @Override
  public void onNext(R response) {
    started(responses).onNext(response);
  }

  @Override
  public void onError(Throwable problem) {
    end();
    started(responses).onError(problem);
  }

  @Override
  public void onCompleted() {
    end();
    started(responses).onCompleted();
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (ended) {
        return;
      }
      ended = true;
      lock.notifyAll();
    }
    started(requests).cancel("no longer wanted", null);
  }

  private void end() {
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the call has not been started");
    }
    return part;
  }
}
