package dev.outrigger.agent.kubelet;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.LogQuery;
import dev.outrigger.provider.LogSink;
import dev.outrigger.provider.ProviderException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KubeletServerLogsTest extends NodeTests {

  private static final String LOGS = "/containerLogs/ns/p/c";

  private void expect(String path, int status, String body) throws Exception {
    HttpResponse<String> response = node.get(path, "good");
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  @Test
  void optionsReachTheProviderAndCutItsLines() throws Exception {
    node.logSource = TestNode.lines("one", "two", "three");
    expect(LOGS, 200, "one\ntwo\nthree\n");
    expect(LOGS + "?tailLines=1&timestamps=true", 200, "2026-11-21T10:00:02.000000000Z three\n");
    LogQuery query = node.asked;
    assertThat(query).isNotNull();
    assertThat(query.tailHint()).isEqualTo(OptionalInt.of(1));
    assertThat(query.attempt().token()).isEqualTo("uid-p-0");
    expect(LOGS + "?limitBytes=5", 200, "one\nt");
    expect(LOGS + "?tailLines=0", 200, "");
    expect(LOGS + "?tailLines=x", 400, "{\"message\": \"Unable to decode query.\"}");
  }

  @Test
  void unknownPodsAndContainersAreNamed() throws Exception {
    expect("/containerLogs/ns/q/c", 404, "pod \"q\" does not exist");
    expect("/containerLogs/other/p/c", 404, "pod \"p\" does not exist");
    expect("/containerLogs/ns/p/x", 404, "container \"x\" not found in pod \"p\"");
    expect(LOGS + "?previous=1", 400, "previous terminated container \"c\" in pod \"p\" not found");
  }

  @Test
  void providersProblemsReachTheUser() throws Exception {
    node.logSource =
        (query, sink) -> {
          throw new ProviderException.NotFound("the stream has expired");
        };
    expect(LOGS, 400, "unable to read the log: the stream has expired");
    node.logSource =
        (query, sink) -> {
          throw new ProviderException.Unavailable("no answer from the backend", null);
        };
    expect(LOGS, 500, "unable to read the log: no answer from the backend");
    node.logSource =
        (query, sink) -> {
          throw new IllegalStateException("a fault");
        };
    expect(LOGS, 500, "internal error");
    node.logSource =
        (query, sink) -> {
          throw new OutOfMemoryError("a test's");
        };
    expect(LOGS, 500, "internal error");
  }

  @Test
  void followedLinesArriveAsTheyCome() throws Exception {
    BlockingQueue<String> source = new LinkedBlockingQueue<>();
    node.logSource =
        (query, sink) -> {
          sink.caughtUp();
          for (int i = 0; ; i++) {
            sink.line(TestNode.line(i, source.take()));
          }
        };
    HttpResponse<InputStream> response = open(LOGS + "?follow=true");
    assertThat(response.statusCode()).isEqualTo(200);
    try (var reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line : new String[] {"first", "second", "third"}) {
        source.add(line);
        assertThat(reader.readLine()).isEqualTo(line);
      }
    }
  }

  @Test
  void readerThatLeavesStopsTheProvider() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    node.logSource =
        (query, sink) -> {
          sink.caughtUp();
          try {
            new CountDownLatch(1).await();
          } finally {
            stopped.set(true);
          }
        };
    open(LOGS + "?follow=true").body().close();
    await().atMost(60, SECONDS).untilTrue(stopped);
  }

  @Test
  void closingTheServerStopsTheProvider() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    node.logSource =
        (query, sink) -> {
          sink.caughtUp();
          try {
            new CountDownLatch(1).await();
          } finally {
            stopped.set(true);
          }
        };
    HttpResponse<InputStream> response = open(LOGS + "?follow=true");
    node.server.close();
    await().atMost(60, SECONDS).untilTrue(stopped);
    response.body().close();
  }

  @Test
  void slowReaderHoldsTheProviderUpInsteadOfFillingMemory() throws Exception {
    AtomicLong written = new AtomicLong();
    node.logSource = (query, sink) -> flood(sink, written);
    try (Socket socket = request(LOGS)) {
      assertThat(socket.isConnected()).isTrue();
      await().atMost(60, SECONDS).until(() -> written.get() > 0);
      await()
          .atMost(60, SECONDS)
          .pollInterval(Duration.ofMillis(500))
          .until(
              new java.util.concurrent.Callable<Boolean>() {
                private long before = -1;

                @Override
                public Boolean call() {
                  long now = written.get();
                  boolean still = now > 0 && now == before;
                  before = now;
                  return still;
                }
              });
      // What the kernel's two socket buffers hold, and the window; not the 400 MB there are.
      assertThat(written.get()).isLessThan(40L << 20);
    }
  }

  private static void flood(LogSink sink, AtomicLong written) throws IOException {
    String text = "x".repeat(1000);
    for (int i = 0; i < 400_000; i++) {
      sink.line(TestNode.line(i, text));
      written.addAndGet(1001);
    }
    sink.caughtUp();
  }

  @Test
  void largeLogArrivesWholeAndInOrder() throws Exception {
    int lines = 200_000;
    node.logSource =
        (query, sink) -> {
          for (int i = 0; i < lines; i++) {
            sink.line(TestNode.line(0, "line " + i));
          }
          sink.caughtUp();
        };
    try (var reader =
        new BufferedReader(new InputStreamReader(open(LOGS).body(), StandardCharsets.UTF_8))) {
      for (int i = 0; i < lines; i++) {
        assertThat(reader.readLine()).isEqualTo("line " + i);
      }
      assertThat(reader.readLine()).isNull();
    }
  }

  @Test
  void logThatBreaksOffTellsItsReader() throws Exception {
    node.logSource =
        (query, sink) -> {
          sink.line(TestNode.line(0, "one"));
          sink.caughtUp();
          throw new ProviderException.Unavailable("the backend went away", null);
        };
    // Read from the socket: Java's client drops what it has read when the end is missing.
    String answer;
    try (Socket socket = request(LOGS + "?follow=true")) {
      answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
    assertThat(answer)
        .contains("\r\none\n")
        .contains("unable to read the log: the backend went away\n")
        .doesNotContain("\r\n0\r\n");
  }

  private Socket request(String path) throws IOException {
    Socket socket = node.ssl(null).getSocketFactory().createSocket("127.0.0.1", node.server.port());
    String request =
        "GET %s HTTP/1.1\r\nHost: n\r\nAuthorization: Bearer good\r\n\r\n".formatted(path);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(node.uri(path)).header("Authorization", "Bearer good").build();
    return node.client(null).send(request, HttpResponse.BodyHandlers.ofInputStream());
  }
}
