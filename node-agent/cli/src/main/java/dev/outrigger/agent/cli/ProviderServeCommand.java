package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.ConfigException;
import dev.outrigger.agent.config.ConfigReader;
import dev.outrigger.agent.syntax.Names;
import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.Suggestion;
import dev.outrigger.provider.pem.PemSettings;
import dev.outrigger.remote.ProviderServer;
import dev.outrigger.remote.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code outrigger provider serve}: any provider over gRPC with mTLS. */
@Command(
    name = "serve",
    description =
        "Serves a provider over gRPC (outrigger.provider.v1); callers need a certificate.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: outrigger provider serve --provider local --node edge-1 --listen 0.0.0.0:7443"
          + " --ca ca.crt --cert tls.crt --key tls.key"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "130, 143:stopped as asked, by SIGINT or SIGTERM",
      "1:could not go on",
      "2:bad options, settings or certificates"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ProviderServeCommand implements Callable<Integer> {

  private static final String CA = "--ca";
  private static final String CERT = "--cert";
  private static final String KEY = "--key";

  @Spec CommandSpec spec;

  @Option(
      names = "--provider",
      required = true,
      paramLabel = "WORD",
      description = "Which one: ecs, instant, lambda, local or remote.")
  String provider;

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "The virtual node it serves, the owner mark of its workloads.")
  String node;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1:7443",
      paramLabel = "HOST:PORT",
      description = "Default: ${DEFAULT-VALUE}; port 0 takes a free one.")
  String listen;

  @Option(
      names = CA,
      required = true,
      paramLabel = "FILE",
      description = "PEM of who signs the callers' certificates.")
  Path ca;

  @Option(names = CERT, required = true, paramLabel = "FILE", description = "PEM, own chain.")
  Path cert;

  @Option(names = KEY, required = true, paramLabel = "FILE", description = "PEM, PKCS#8.")
  Path key;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = "The provider's own settings, YAML; as its section in outrigger.yaml.")
  @Nullable Path settings;

  @Override
  public Integer call() throws InterruptedException {
    Optional<InetSocketAddress> address = address();
    requireUsable(address);
    ProviderFactory factory = factory();
    try (Provider served = provider(factory)) {
      serve(served, new ServerConfig(node, address.orElseThrow(), ca, cert, key));
      return 0;
    } catch (ConfigException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return 2;
    } catch (IOException | RuntimeException e) {
      spec.commandLine().getErr().println("outrigger: " + e.getMessage());
      return 1;
    }
  }

  private void serve(Provider served, ServerConfig config)
      throws IOException, InterruptedException {
    try (ProviderServer server = ProviderServer.start(served, config)) {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "outrigger-shutdown"));
      spec.commandLine()
          .getOut()
          .printf("serving %s for node %s on %s:%d%n", provider, node, host(), server.port());
      spec.commandLine().getOut().flush();
      server.awaitClose();
    }
  }

  private ProviderFactory factory() {
    Map<String, ProviderFactory> factories = Providers.load();
    ProviderFactory factory = factories.get(provider);
    if (factory == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--provider must be one of "
              + String.join(", ", factories.keySet())
              + ", not '"
              + provider
              + "'"
              + Suggestion.words(provider, factories.keySet()));
    }
    return factory;
  }

  /** Made of its settings; else the first caller would find out what is wrong. */
  private Provider provider(ProviderFactory factory) throws ConfigException {
    Path file = settings;
    Map<String, Object> values = file == null ? Map.of() : ConfigReader.parse(file);
    List<ConfigProblem> problems = new ArrayList<>();
    Settings own = new Settings("", values, problems);
    ProviderContext context = new ProviderContext(node, Clock.systemUTC());
    Optional<Provider> made = ConfiguredProviders.provider(factory, context, own);
    own.finish();
    String wrong = file == null || problems.isEmpty() ? "what it was given" : file.toString();
    checkCertificates(own);
    if (problems.isEmpty() && made.isPresent()) {
      return made.get();
    }
    made.ifPresent(Provider::close);
    throw new ConfigException(wrong, problems);
  }

  /** Tells all that is wrong with the options at once. */
  private void requireUsable(Optional<InetSocketAddress> address) {
    List<String> wrong = new ArrayList<>();
    Names.dnsName(node)
        .ifPresent(allowed -> wrong.add("--node %s, not '%s'".formatted(allowed, node)));
    if (address.isEmpty()) {
      wrong.add("--listen must be HOST:PORT, such as 0.0.0.0:7443, not '" + listen + "'");
    }
    if (!wrong.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), wrong));
    }
  }

  /** Else the first caller would find out. */
  private void checkCertificates(Settings options) {
    PemSettings.authorities(options, CA, Optional.of(ca.toString()));
    PemSettings.keyPair(
        options,
        new PemSettings.Named(CERT, Optional.of(cert.toString())),
        new PemSettings.Named(KEY, Optional.of(key.toString())),
        PemSettings.KeyForm.PKCS8);
  }

  /** Empty when it is none, or of a host that has no address. */
  private Optional<InetSocketAddress> address() {
    String port = listen.substring(listen.lastIndexOf(':') + 1);
    if (host().isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      return Optional.empty();
    }
    return Optional.of(new InetSocketAddress(host(), Integer.parseInt(port)))
        .filter(found -> !found.isUnresolved());
  }

  private String host() {
    return listen.substring(0, Math.max(0, listen.lastIndexOf(':')));
  }
}
