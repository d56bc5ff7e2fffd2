package dev.outrigger.agent.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.outrigger.agent.syntax.Names;
import dev.outrigger.provider.ConfigProblem;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.Suggestion;
import dev.outrigger.provider.pem.PemSettings;
import dev.outrigger.provider.pem.PemSettings.Named;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code outrigger.yaml}. Every problem is collected before any is reported. */
public final class ConfigReader {

  /** One document, and no key twice: what would not count is a mistake. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Set<String> providers;
  private final String defaultAddress;
  private final Predicate<InetAddress> isOwn;

  /**
   * @param providers the words of the providers on the class path
   * @param defaultAddress the machine's own address, used when the file names none
   * @param isOwn whether an address is one of the machine's, or need not be since nothing is to
   *     listen there
   */
  public ConfigReader(Set<String> providers, String defaultAddress, Predicate<InetAddress> isOwn) {
    this.providers = providers;
    this.defaultAddress = defaultAddress;
    this.isOwn = isOwn;
  }

  /**
   * The configuration in a file. {@code settings} of the nodes are read by the providers' factories
   * afterwards, which add their problems to the same list; call {@link Document#finish} then.
   */
  public Document read(Path file) throws ConfigException {
    List<ConfigProblem> problems = new ArrayList<>();
    Settings top = new Settings("", parse(file), problems);
    AgentConfig config = config(top);
    return new Document(file, top, config);
  }

  /** A file that was read, with the problems found so far. */
  public record Document(Path file, Settings top, AgentConfig config) {

    /** The configuration, now that everybody has read their part. */
    public AgentConfig finish() throws ConfigException {
      top.finish();
      if (!top.problems().isEmpty()) {
        throw new ConfigException(file.toString(), top.problems());
      }
      return config;
    }
  }

  private AgentConfig config(Settings top) {
    Optional<Path> kubeconfig = existing(top, "kubeconfig");
    Settings kubelet = top.section("kubelet");
    Named cert = new Named("certFile", kubelet.string("certFile"));
    Named key = new Named("keyFile", kubelet.string("keyFile"));
    KubeletConfig kubeletConfig =
        new KubeletConfig(
            address(kubelet),
            kubelet.integer("port", 10250, 0, 65535),
            cert.file().map(Path::of),
            key.file().map(Path::of),
            bootstrap(kubelet),
            PemSettings.authorities(kubelet, "clientCaFile", kubelet.string("clientCaFile")));
    if (cert.file().isPresent() != key.file().isPresent()) {
      Named missing = cert.file().isPresent() ? key : cert;
      kubelet.problem(missing.key(), "certFile and keyFile are given together or not at all");
    }
    PemSettings.keyPair(kubelet, cert, key, PemSettings.KeyForm.ANY);
    Duration grace = top.duration("orphanGrace", Duration.ofSeconds(60));
    if (grace.compareTo(Duration.ofSeconds(1)) < 0) {
      top.problem("orphanGrace", "must be at least 1s");
    }
    List<NodeConfig> nodes = nodes(top);
    int last = kubeletConfig.port() + nodes.size() - 1;
    if (kubeletConfig.port() > 0 && last > 65535) {
      kubelet.problem("port", "leaves too few for the nodes: the last one would have " + last);
    }
    return new AgentConfig(
        kubeconfig,
        kubeletConfig,
        grace,
        nodes,
        new ReplicasReader().read(top, kubeletConfig.port(), nodes.size()));
  }

  /** The Node's InternalIP, and where its server listens. */
  private String address(Settings kubelet) {
    String address = kubelet.string("address", defaultAddress);
    if (!kubelet.has("address")) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.ofLiteral(address);
      if (parsed.isAnyLocalAddress() || !isOwn.test(parsed)) {
        kubelet.problem(
            "address",
            "must be an address of this machine, where the API server reaches it, not '%s'"
                .formatted(address));
      }
    } catch (IllegalArgumentException e) {
      kubelet.problem("address", "must be an IP address, not '" + address + "'");
    }
    return address;
  }

  /** {@code serverTLSBootstrap} is the kubelet's own word for it. */
  private static Optional<KubeletConfig.TlsBootstrap> bootstrap(Settings kubelet) {
    boolean wanted = kubelet.bool("serverTLSBootstrap", false);
    String signer = kubelet.string("serverTLSSigner", "kubernetes.io/kubelet-serving");
    boolean approve = kubelet.bool("serverTLSApprove", false);
    if (wanted && kubelet.has("certFile")) {
      kubelet.problem("serverTLSBootstrap", "cannot be true while certFile is given");
    }
    Optional<Path> folder = kubelet.string("certDirectory").map(Path::of);
    if (!wanted
        && Stream.of("serverTLSSigner", "serverTLSApprove", "certDirectory")
            .anyMatch(kubelet::has)) {
      kubelet.problem(
          "serverTLSBootstrap",
          "must be true for serverTLSSigner, serverTLSApprove and certDirectory");
    }
    return wanted
        ? Optional.of(new KubeletConfig.TlsBootstrap(signer, approve, folder))
        : Optional.empty();
  }

  private List<NodeConfig> nodes(Settings top) {
    int before = top.problems().size();
    List<Settings> sections = top.sections("nodes");
    if (sections.isEmpty() && top.problems().size() == before) {
      top.problem("nodes", "at least one node is needed: - {name: …, provider: …}");
    }
    Set<String> names = new HashSet<>();
    List<NodeConfig> nodes = new ArrayList<>();
    for (Settings section : sections) {
      nodes.add(node(section, names));
    }
    return List.copyOf(nodes);
  }

  private NodeConfig node(Settings section, Set<String> names) {
    String name = section.requiredString("name", "the virtual node's name");
    if (!name.isEmpty()) {
      Names.dnsName(name).ifPresent(problem -> section.problem("name", problem));
    }
    if (!name.isEmpty() && !names.add(name)) {
      section.problem("name", "'" + name + "' is the name of another node here");
    }
    String provider = section.requiredString("provider", "one of " + sorted(providers));
    // Where the word is mistyped, the mistakes of what was meant are told too.
    String meant =
        providers.contains(provider)
            ? provider
            : Suggestion.of(provider, providers).orElse(provider.isEmpty() ? "settings" : provider);
    Settings own = section.section(section.has(provider) ? provider : meant);
    if (!provider.isEmpty() && !providers.contains(provider)) {
      section.problem(
          "provider",
          "must be one of %s, not '%s'%s"
              .formatted(sorted(providers), provider, Suggestion.words(provider, providers)));
    }
    return new NodeConfig(
        name,
        meant,
        NodeSection.capacity(section),
        NodeSection.labels(section, name),
        NodeSection.taints(section, provider),
        own);
  }

  private static Optional<Path> existing(Settings section, String key) {
    Optional<Path> path = section.string(key).map(Path::of);
    if (path.isPresent() && !Files.isReadable(path.get())) {
      section.problem(key, "cannot be read: " + path.get());
    }
    return path;
  }

  /** A YAML file as it stands. */
  public static Map<String, Object> parse(Path file) throws ConfigException {
    try {
      String text = Files.readString(file);
      JsonNode values = YAML.readTree(text);
      if (!values.isObject()) {
        throw unusable(file, values.isMissingNode() ? "is empty" : "must be a map of settings");
      }
      List<ConfigProblem> altered = AlteredNumbers.in(text);
      if (!altered.isEmpty()) {
        throw new ConfigException(file.toString(), altered);
      }
      return YAML.convertValue(values, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw unusable(file, "is not YAML: " + withoutSource(e));
    } catch (NoSuchFileException e) {
      throw unusable(file, "cannot be read: there is no such file");
    } catch (IOException e) {
      throw unusable(
          file, Files.isDirectory(file) ? "is a folder, not a file" : "cannot be read: " + e);
    }
  }

  /** The parser quotes the line, which may hold a secret. */
  private static String withoutSource(JsonProcessingException e) {
    String what =
        e.getOriginalMessage()
            .lines()
            .filter(line -> !line.startsWith(" "))
            .collect(Collectors.joining("; "));
    JsonLocation at = e.getLocation();
    return at == null
        ? what
        : "%s (line %d, column %d)".formatted(what, at.getLineNr(), at.getColumnNr());
  }

  private static ConfigException unusable(Path file, String why) {
    return new ConfigException(file.toString(), List.of(new ConfigProblem("", why)));
  }

  private static String sorted(Set<String> words) {
    return String.join(", ", words.stream().sorted().toList());
  }
}
