package dev.outrigger.remote;

import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the peer of a call sends, for a thread that blocks. No more than a few messages are asked
 * for ahead of their reader: the rest waits at the peer.
 */
final class Inbound<T> implements StreamObserver<T> {

  /** Some, so that the next one is under way while one is handled. */
  static final int AHEAD = 4;

  private final CallStreamObserver<?> call;
  private final Object lock = new Object();

  // Guarded by lock.
  private final Deque<T> received = new ArrayDeque<>();
  private boolean ended;
  private @Nullable Throwable failure;

  private Inbound(CallStreamObserver<?> call) {
    this.call = call;
  }

  /**
   * For a call whose automatic requests are switched off, and whose first {@link #AHEAD} are made.
   */
  static <T> Inbound<T> of(CallStreamObserver<?> call) {
    return new Inbound<>(call);
  }

  /**
   * The next message; empty when there will be none.
   *
   * @throws RuntimeException as the call failed: a {@code StatusRuntimeException}
   */
  Optional<T> next() throws InterruptedException {
    T message;
    synchronized (lock) {
      while (received.isEmpty() && !ended) {
        lock.wait();
      }
      if (received.isEmpty()) {
        if (failure instanceof RuntimeException e) {
          throw e;
        }
        return Optional.empty();
      }
      message = received.removeFirst();
    }
    call.request(1);
    return Optional.of(message);
  }

  @Override
  public void onNext(T message) {
    synchronized (lock) {
      received.add(message);
      lock.notifyAll();
    }
  }

  @Override
  public void onError(Throwable problem) {
    end(problem);
  }

  @Override
  public void onCompleted() {
    end(null);
  }

  private void end(@Nullable Throwable problem) {
    synchronized (lock) {
      ended = true;
      failure = problem;
      lock.notifyAll();
    }
  }
}
