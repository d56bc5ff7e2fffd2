package dev.outrigger.agent.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Watches the Pods of one node ({@code spec.nodeName}) and tells the controller of them. */
final class NodePodSource implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodePodSource.class);

  private final SharedIndexInformer<Pod> informer;

  NodePodSource(KubernetesClient client, String node, PodController controller) {
    this.informer =
        client.pods().inAnyNamespace().withField("spec.nodeName", node).runnableInformer(0);
    AtomicReference<String> told = new AtomicReference<>("");
    informer.exceptionHandler(
        (started, failure) -> {
          String error = String.valueOf(failure.getMessage());
          LOG.atLevel(error.equals(told.getAndSet(error)) ? Level.DEBUG : Level.WARN)
              .addKeyValue("node", node)
              .addKeyValue("error", error)
              .log("watching Pods failed; trying again");
          return true;
        });
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(Pod pod) {
            controller.podSeen(pod);
          }

          @Override
          public void onUpdate(Pod before, Pod pod) {
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
              // The watch missed the end of a Pod whose name a successor took: that one is gone.
              controller.podGone(before, true);
            }
            controller.podSeen(pod);
          }

          @Override
          public void onDelete(Pod pod, boolean finalStateUnknown) {
            controller.podGone(pod, !finalStateUnknown);
          }
        });
  }

  /** Starts to watch, and returns once every Pod has been told. */
  void start() throws InterruptedException {
    var started = informer.start().toCompletableFuture();
    while (true) {
      try {
        started.get(1, TimeUnit.MINUTES);
        return;
      } catch (TimeoutException e) {
        LOG.atWarn().log("still waiting for the first list of Pods");
      } catch (ExecutionException e) {
        throw new IllegalStateException("the watch on Pods cannot start", e.getCause());
      }
    }
  }

  boolean isWatching() {
    return informer.isWatching();
  }

  @Override
  public void close() {
    informer.stop();
  }
}
