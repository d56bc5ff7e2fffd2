package dev.outrigger.agent.cli;

import dev.outrigger.provider.ProviderFactory;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The providers on the class path, by their word. */
final class Providers {

  private Providers() {}

  static Map<String, ProviderFactory> load() {
    Map<String, ProviderFactory> factories = new TreeMap<>();
    for (ProviderFactory factory : ServiceLoader.load(ProviderFactory.class)) {
      factories.put(factory.name(), factory);
    }
    return factories;
  }
}
