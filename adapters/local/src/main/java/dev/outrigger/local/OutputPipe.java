package dev.outrigger.local;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The way of a command's output to the client. A pipe of our own in the place of Java's, which
 * loses what the command's children write after the command's end.
 */
final class OutputPipe implements AutoCloseable {

  private final Optional<OutputStream> client;
  private final Descriptor readEnd;
  private final Descriptor writeEnd;

  private OutputPipe(Optional<OutputStream> client, int[] ends) {
    this.client = client;
    this.readEnd = new Descriptor(ends[0]);
    this.writeEnd = new Descriptor(ends[1]);
  }

  static OutputPipe open(Optional<OutputStream> client) throws IOException {
    return new OutputPipe(client, Posix.pipe());
  }

  /** Where the command writes; nowhere, when the client does not want it. */
  ProcessBuilder.Redirect target() {
    return client.isPresent()
        ? ProcessBuilder.Redirect.to(new File(writeEnd.path()))
        : ProcessBuilder.Redirect.DISCARD;
  }

  /** Once the command has started: its end is the pipe's, so ours has to go. */
  void drain(HostCommand command) {
    writeEnd.close();
    client.ifPresent(to -> command.drain(readEnd, to));
  }

  @Override
  public void close() {
    writeEnd.close();
    readEnd.close();
  }
}
