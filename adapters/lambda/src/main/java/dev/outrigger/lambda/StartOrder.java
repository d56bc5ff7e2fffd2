package dev.outrigger.lambda;

import dev.outrigger.lambda.Functions.Ready;
import dev.outrigger.provider.PodAttempt;
import java.util.List;

/** All that is needed to start an attempt whose function is ready. */
record StartOrder(Claim.Details details, InvocationPlan plan, Ready function) {

  PodAttempt attempt() {
    return details.attempt();
  }

  static StartOrder of(PodAttempt attempt, InvocationPlan plan, Ready function) {
    Claim.Details details =
        new Claim.Details(
            attempt,
            plan.container(),
            function.function(),
            function.qualifier(),
            plan.caller().identity().isPresent(),
            function.logGroup(),
            plan.caller().region(),
            function.timeoutSeconds(),
            plan.logAnswer(),
            plan.warning());
    return new StartOrder(details, plan, function);
  }

  /** The claim with what this order knows, where its own records do not say it. */
  Claim name(Claim claim) {
    return claim.details().isPresent()
        ? claim
        : claim.with(List.of(new ClaimEvent.Claimed(details)));
  }
}
