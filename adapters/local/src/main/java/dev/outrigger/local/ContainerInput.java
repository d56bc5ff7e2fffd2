package dev.outrigger.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The standard input of a container with {@code stdin: true}: a FIFO that its supervisor holds
 * open, so that it does not end with one client.
 *
 * @param once whether it ends with its first client's
 */
record ContainerInput(Path fifo, Path end, boolean once) {

  private static final int BUFFER = 16 * 1024;

  /** Empty when the container reads no input any more. */
  Optional<Descriptor> open() {
    try {
      return Optional.of(new Descriptor(Posix.openToWrite(fifo.toString())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Carries what the client sends to its end; then ends the container's if it is for one client.
   */
  void copy(InputStream client, Descriptor to) {
    byte[] buffer = new byte[BUFFER];
    try (to) {
      int read = client.read(buffer);
      while (read >= 0) {
        to.write(buffer, read);
        read = client.read(buffer);
      }
    } catch (IOException e) {
      // the container takes no more, or the client has gone: nothing is left to carry
    } finally {
      if (once) {
        letGo();
      }
    }
  }

  /** Opened both ways, which does not wait for the supervisor to read. */
  private void letGo() {
    if (!Files.exists(end)) {
      return; // the container has ended
    }
    try (FileChannel channel =
        FileChannel.open(end, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    } catch (IOException e) {
      // the container has ended
    }
  }
}
