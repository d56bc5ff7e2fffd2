package dev.outrigger.remote;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands on what the client of a call sends, on a thread of its own, until closed. */
record Feeder(Thread thread) implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Feeder.class);

  /** Takes a message; waiting in it is what slows the client down. */
  interface Taker<T> {
    void take(T message) throws IOException, InterruptedException;
  }

  /**
   * @param end run once when the client has ended its direction or has gone
   */
  static <T> Feeder start(Inbound<T> in, Taker<T> taker, Runnable end) {
    return new Feeder(
        Thread.ofVirtual().name("provider-stream-input").start(() -> feed(in, taker, end)));
  }

  /** Waits for the client's end. */
  void await() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private static <T> void feed(Inbound<T> in, Taker<T> taker, Runnable end) {
    try {
      Optional<T> message = in.next();
      while (message.isPresent()) {
        taker.take(message.get());
        message = in.next();
      }
    } catch (IOException | InterruptedException | StatusRuntimeException e) {
      log.atDebug().setCause(e).log("input of a stream ended early");
    } finally {
      end.run();
    }
  }
}
