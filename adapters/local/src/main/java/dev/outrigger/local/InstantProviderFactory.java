package dev.outrigger.local;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;

/** {@code provider: instant}: runs nothing, for measuring the agent. Settings: {@code pods}. */
public final class InstantProviderFactory implements ProviderFactory {

  @Override
  public String name() {
    return "instant";
  }

  @Override
  public Provider create(ProviderContext context, Settings settings) {
    return new InstantProvider(context.clock(), settings.integer("pods", 10_000, 1, 1_000_000));
  }
}
