package dev.outrigger.agent.hook;

import dev.outrigger.agent.probe.ProbeHandler;
import dev.outrigger.agent.probe.ProbeOutcome;
import dev.outrigger.agent.probe.ProbeTarget;
import dev.outrigger.agent.probe.Prober;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one hook to its end. */
class HookRunner {

  private static final Logger LOG = LoggerFactory.getLogger(HookRunner.class);

  /** A hook takes as long as it takes, or as whoever waits for it lets it. */
  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final Prober prober;

  HookRunner(Prober prober) {
    this.prober = prober;
  }

  /**
   * Blocks until the hook has ended; interrupting ends it.
   *
   * @return whether it succeeded: a command ended with 0, an HTTP server answered anything at all
   */
  boolean run(ProbeTarget target, Container container, LifecycleHandler hook)
      throws InterruptedException {
    if (hook.getSleep() != null) {
      TimeUnit.SECONDS.sleep(hook.getSleep().getSeconds());
      return true;
    }
    ProbeHandler handler =
        ProbeHandler.of(
            new ProbeBuilder().withExec(hook.getExec()).withHttpGet(hook.getHttpGet()).build(),
            container);
    ProbeOutcome outcome = prober.ask(target, handler, NO_LIMIT);
    boolean well =
        switch (outcome) {
          case ProbeOutcome.Success s -> true;
          case ProbeOutcome.Warning w -> true;
          case ProbeOutcome.Failure f -> f.answered();
          case ProbeOutcome.Unknown u -> false;
        };
    if (!well) {
      LOG.atInfo()
          .addKeyValue("pod", target.attempt().key().namespacedName())
          .addKeyValue("container", target.container())
          .log("lifecycle hook failed");
    }
    return well;
  }
}
