package dev.outrigger.remote;

import com.google.protobuf.ByteString;
import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.TerminalSize;
import dev.outrigger.remote.v1.ClientInput;
import dev.outrigger.remote.v1.ClientStreams;
import dev.outrigger.remote.v1.ContainerOutput;
import dev.outrigger.remote.v1.End;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins a client's streams to a call: its input on threads of their own, the output on the call's.
 */
final class ClientEnd {

  private static final Logger log = LoggerFactory.getLogger(ClientEnd.class);

  private final ContainerStreams client;
  private final Optional<OutputStream> stdout;
  private final Optional<OutputStream> stderr;

  ClientEnd(ContainerStreams client) {
    this.client = client;
    this.stdout = client.stdout();
    this.stderr = client.stderr();
  }

  /** Sends input to the server. */
  interface Sender {
    void send(ClientInput input) throws IOException;
  }

  ClientStreams wanted() {
    return ClientStreams.newBuilder()
        .setStdin(client.stdin().isPresent())
        .setStdout(stdout.isPresent())
        .setStderr(stderr.isPresent())
        .build();
  }

  /**
   * @param waiting waits until the server can take it
   * @param atOnce does not wait
   */
  void start(Sender waiting, Sender atOnce, boolean terminal) {
    if (terminal) {
      client.onResize(size -> resize(size, atOnce));
    }
    client
        .stdin()
        .ifPresent(in -> Thread.ofVirtual().name("remote-stdin").start(() -> copy(in, waiting)));
  }

  void output(ContainerOutput output) throws IOException {
    switch (output.getStreamCase()) {
      case STDOUT -> write(output.getStdout(), stdout);
      case STDERR -> write(output.getStderr(), stderr);
      case STREAM_NOT_SET -> {} // of a newer version
    }
  }

  private static void write(ByteString bytes, Optional<OutputStream> to) throws IOException {
    if (to.isPresent()) {
      bytes.writeTo(to.get());
      to.get().flush();
    }
  }

  private static void copy(InputStream in, Sender server) {
    ByteSender sender =
        new ByteSender(
            bytes -> server.send(ClientInput.newBuilder().setStdin(bytes).build()),
            () ->
                server.send(
                    ClientInput.newBuilder().setStdinEnd(End.getDefaultInstance()).build()));
    try {
      in.transferTo(sender);
      sender.close();
    } catch (IOException e) {
      log.atTrace().setCause(e).log("input ended with its call");
    }
  }

  private static void resize(TerminalSize size, Sender server) {
    var wire =
        dev.outrigger.remote.v1.TerminalSize.newBuilder()
            .setColumns(size.columns())
            .setRows(size.rows());
    try {
      server.send(ClientInput.newBuilder().setSize(wire).build());
    } catch (IOException e) {
      log.atTrace().setCause(e).log("resized after the end of the call");
    }
  }
}
