package dev.outrigger.lambda;

import dev.outrigger.provider.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Reads what execs are to send. Lambda takes a payload as a whole, so that it is held in memory:
 * few large ones at a time. Thread-safe.
 */
final class ExecPayloads {

  /** Anybody may hold this much. */
  private static final int SMALL = 64 * 1024;

  private static final int LARGE_AT_ONCE = 8;

  private final Semaphore large = new Semaphore(LARGE_AT_ONCE);

  /** A payload, for as long as it is needed. */
  record Held(byte[] bytes, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * The client's input to its end; the command as a JSON array when there is none. Blocks.
   *
   * @throws ProviderException.Invalid when it is more than Lambda takes, or no JSON
   * @throws ProviderException.QuotaExceeded when too many others hold large ones
   * @throws InterruptedException when the client has gone, so that the input may not be whole
   */
  Held read(Optional<InputStream> stdin, List<String> command)
      throws ProviderException, IOException, InterruptedException {
    Held held = stdin.isPresent() ? whole(stdin.get()) : new Held(new byte[0], () -> {});
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException("the client of an exec has gone");
      }
      if (held.bytes().length > 0 && !Payload.isJson(held.bytes())) {
        throw new ProviderException.Invalid("stdin", "is the function's payload, and is not JSON");
      }
    } catch (ProviderException | InterruptedException e) {
      held.close();
      throw e;
    }
    return held.bytes().length > 0
        ? held
        : new Held(Payload.array(command).getBytes(StandardCharsets.UTF_8), held.release());
  }

  private Held whole(InputStream stdin) throws ProviderException, IOException {
    byte[] first = stdin.readNBytes(SMALL);
    if (first.length < SMALL) {
      return new Held(first, () -> {});
    }
    if (!large.tryAcquire()) {
      throw new ProviderException.QuotaExceeded(
          "the node holds %d large payloads at the moment, which is the most: try again later"
              .formatted(LARGE_AT_ONCE));
    }
    boolean done = false;
    try {
      Held held = new Held(rest(first, stdin), large::release);
      done = true;
      return held;
    } finally {
      if (!done) {
        large.release();
      }
    }
  }

  private static byte[] rest(byte[] first, InputStream stdin)
      throws ProviderException, IOException {
    byte[] rest = stdin.readNBytes(Payload.MOST - first.length + 1);
    if (first.length + rest.length > Payload.MOST) {
      throw new ProviderException.Invalid(
          "stdin",
          "is the function's payload, of which Lambda takes at most 6 MB (%,d bytes): put it into S3,"
                  .formatted(Payload.MOST)
              + " and send where it is");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(first.length + rest.length);
    all.writeBytes(first);
    all.writeBytes(rest);
    return all.toByteArray();
  }
}
