package dev.outrigger.agent.kubelet;

import dev.outrigger.provider.ContainerStreams;
import dev.outrigger.provider.ExecOutcome;
import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.ExecTarget;
import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A container in which a few commands can be run: a small working ExecTarget. */
final class Commands implements ExecTarget {

  final List<ExecRequest> requests = new CopyOnWriteArrayList<>();
  final List<String> sizes = new CopyOnWriteArrayList<>();
  final AtomicLong written = new AtomicLong();
  final AtomicLong read = new AtomicLong();
  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger interrupted = new AtomicInteger();
  final AtomicInteger brokenWrites = new AtomicInteger();
  final CountDownLatch mayRead = new CountDownLatch(1);

  @Override
  public ExecOutcome exec(ExecRequest request, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    requests.add(request);
    running.incrementAndGet();
    try {
      streams.onResize(size -> sizes.add(size.columns() + "x" + size.rows()));
      return run(request.command(), streams);
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
      throw e;
    } finally {
      running.decrementAndGet();
    }
  }

  private ExecOutcome run(List<String> command, ContainerStreams streams)
      throws ProviderException, IOException, InterruptedException {
    return switch (command.getFirst()) {
      case "exit" -> new ExecOutcome.Exited(Integer.parseInt(command.get(1)));
      case "both" -> {
        streams.stdout().orElseThrow().write("out".getBytes(StandardCharsets.UTF_8));
        if (streams.stderr().isPresent()) {
          streams.stderr().get().write("err".getBytes(StandardCharsets.UTF_8));
        }
        yield new ExecOutcome.Exited(0);
      }
      case "cat" -> {
        streams.stdin().orElseThrow().transferTo(streams.stdout().orElseThrow());
        streams.stdout().orElseThrow().write("<end>".getBytes(StandardCharsets.UTF_8));
        yield new ExecOutcome.Exited(0);
      }
      case "count" -> {
        mayRead.await();
        byte[] buffer = new byte[10_000];
        var in = streams.stdin().orElseThrow();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          read.addAndGet(n);
        }
        yield new ExecOutcome.Exited(0);
      }
      case "yes" -> yes(Long.parseLong(command.get(1)), streams);
      case "sleep" -> {
        new CountDownLatch(1).await();
        yield new ExecOutcome.Exited(0);
      }
      case "missing" -> new ExecOutcome.Failed("exec: \"missing\": not found");
      case "cut" -> throw new IOException("the backend has ended the call");
      case "broken" -> throw new IllegalStateException("a mistake");
      case "gone" -> throw new ProviderException.NotFound("the task has stopped");
      default -> throw new AssertionError(command);
    };
  }

  private ExecOutcome yes(long bytes, ContainerStreams streams) throws IOException {
    byte[] chunk = new byte[16 << 10];
    try {
      for (long left = bytes; left > 0; left -= chunk.length) {
        int count = (int) Math.min(left, chunk.length);
        streams.stdout().orElseThrow().write(chunk, 0, count);
        written.addAndGet(count);
      }
    } catch (IOException e) {
      brokenWrites.incrementAndGet();
      throw e;
    }
    return new ExecOutcome.Exited(0);
  }
}
