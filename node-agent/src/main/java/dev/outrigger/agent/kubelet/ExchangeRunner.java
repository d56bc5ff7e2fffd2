package dev.outrigger.agent.kubelet;

import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each exchange on a virtual thread of its own, so many at once and no more. */
final class ExchangeRunner implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ExchangeRunner.class);

  private final String node;
  private final RequestHandler handler;
  private final Semaphore room;
  private final ThreadFactory threads;

  /** Those that answer; interrupted when the server closes. */
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  ExchangeRunner(KubeletServerConfig config, RequestHandler handler) {
    this.node = config.nodeName();
    this.handler = handler;
    this.room = new Semaphore(config.limits().requests());
    this.threads = Thread.ofVirtual().name("kubelet-" + config.nodeName() + "-", 0).factory();
  }

  /** See {@link ConnectionHandler.Exchanges#start}; {@code done} is run on {@code loop}. */
  @Nullable Runnable start(
      SSLEngine engine,
      KubeletTls tls,
      HttpRequest request,
      ResponseWriter response,
      Executor loop,
      Runnable done) {
    if (closed || !room.tryAcquire()) {
      return null;
    }
    Thread thread =
        threads.newThread(
            () -> {
              try {
                answer(engine, tls, request, response);
              } finally {
                running.remove(Thread.currentThread());
                room.release();
                finish(loop, done);
              }
            });
    running.add(thread);
    thread.start();
    if (closed) {
      thread.interrupt();
    }
    return thread::interrupt;
  }

  private static void finish(Executor loop, Runnable done) {
    try {
      loop.execute(done);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("kubelet API is shutting down");
    }
  }

  private void answer(
      SSLEngine engine, KubeletTls tls, HttpRequest request, ResponseWriter response) {
    try {
      handler.handle(request, certificateUser(engine, tls), response);
    } catch (InterruptedException | IOException e) {
      response.abort();
      LOG.atDebug().addKeyValue("node", node).log("kubelet API reader has gone");
    } catch (RuntimeException | Error e) {
      // One request's want of memory, too: whoever asked is not left waiting.
      LOG.atError().setCause(e).addKeyValue("node", node).log("kubelet API request failed");
      failed(response);
    }
    try {
      response.end();
    } catch (IOException e) {
      response.abort();
    }
  }

  private static void failed(ResponseWriter response) {
    response.abort();
    if (!response.begun()) {
      try {
        response.text(500, "internal error");
      } catch (IOException e) {
        LOG.atDebug().log("kubelet API reader has gone");
      }
    }
  }

  /** Asked anew for each request: the certificate may expire, and the CA may be replaced. */
  private static Optional<UserInfo> certificateUser(SSLEngine engine, KubeletTls tls) {
    Optional<ClientCertificates> clients = tls.current().clients();
    if (clients.isEmpty()) {
      return Optional.empty();
    }
    try {
      Certificate[] sent = engine.getSession().getPeerCertificates();
      return clients.get().verify(Arrays.copyOf(sent, sent.length, X509Certificate[].class));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** Apart from any request. */
  void background(Runnable task) {
    threads.newThread(task).start();
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(Thread::interrupt);
  }
}
