package dev.outrigger.aws;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Tells the caller when its request is about to leave this process; every client has it. */
public final class Leaving implements ExecutionInterceptor {

  /**
   * Run on the calling thread when the request, signed and marshalled, goes to the connection. Put
   * it into a request's override configuration. It must not block nor throw.
   */
  public static final ExecutionAttribute<Runnable> TELL =
      new ExecutionAttribute<>("outrigger.leaving");

  @Override
  public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes call) {
    Runnable tell = call.getAttribute(TELL);
    if (tell != null) {
      tell.run();
    }
  }
}
