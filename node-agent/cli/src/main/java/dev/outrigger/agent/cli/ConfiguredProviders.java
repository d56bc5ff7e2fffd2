package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.AgentConfig;
import dev.outrigger.agent.config.ConfigException;
import dev.outrigger.agent.config.ConfigReader;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** A configuration without problems, and the providers of its nodes. */
record ConfiguredProviders(AgentConfig config, Map<NodeConfig, Provider> providers) {

  /**
   * For a look at the nodes, from any machine.
   *
   * @throws ConfigException with every problem at once, those of the providers' settings included
   */
  static ConfiguredProviders read(Path file, Map<String, ProviderFactory> factories, Clock clock)
      throws ConfigException {
    return read(file, factories, clock, address -> true);
  }

  /**
   * For the agent, which listens on this machine.
   *
   * @throws ConfigException likewise
   */
  static ConfiguredProviders readHere(
      Path file, Map<String, ProviderFactory> factories, Clock clock) throws ConfigException {
    return read(file, factories, clock, Addresses::isOwn);
  }

  private static ConfiguredProviders read(
      Path file, Map<String, ProviderFactory> factories, Clock clock, Predicate<InetAddress> isOwn)
      throws ConfigException {
    var document = new ConfigReader(factories.keySet(), Addresses.own(), isOwn).read(file);
    Map<NodeConfig, Provider> providers = new LinkedHashMap<>();
    for (NodeConfig node : document.config().nodes()) {
      ProviderFactory factory = factories.get(node.provider());
      if (factory != null) {
        ProviderContext context = new ProviderContext(node.name(), clock);
        provider(factory, context, node.settings())
            .ifPresent(provider -> providers.put(node, provider));
      }
    }
    return new ConfiguredProviders(document.finish(), providers);
  }

  /** A node's provider, unless its settings have problems: those are in their list then. */
  static Optional<Provider> provider(
      ProviderFactory factory, ProviderContext context, Settings settings) {
    int before = settings.problems().size();
    try {
      Provider provider = factory.create(context, settings);
      if (before == settings.problems().size()) {
        return Optional.of(provider);
      }
      provider.close();
    } catch (RuntimeException e) {
      // Made of settings that are already known not to do, it may well fail.
      if (before == settings.problems().size()) {
        throw e;
      }
    }
    return Optional.empty();
  }
}
