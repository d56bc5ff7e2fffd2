package dev.outrigger.agent.syntax;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the API server takes as a name. Each answer is what is allowed; empty for a good name. */
public final class Names {

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern PORT = Pattern.compile("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern VARIABLE = Pattern.compile("[\\x20-\\x7e&&[^=]]+");

  /** What is allowed without a prefix ({@code pkg/apis/core/helper}: standard resources). */
  private static final Set<String> RESOURCES =
      Set.of("cpu", "memory", "ephemeral-storage", "storage", "pods");

  private Names() {}

  /** RFC 1123 label: containers, volumes. */
  public static Optional<String> dnsLabel(String name) {
    return allowed(
        DNS_LABEL.matcher(name).matches() && name.length() <= 63,
        "must be at most 63 lower-case letters, digits and '-', such as my-name");
  }

  /** RFC 1123 subdomain: most objects, Nodes among them. */
  public static Optional<String> dnsName(String name) {
    return allowed(
        DNS_NAME.matcher(name).matches() && name.length() <= 253,
        "must be lower-case letters, digits, '-' and '.', as DNS names are, at most 253");
  }

  /** A label's, annotation's or taint's key. */
  public static Optional<String> qualified(String name) {
    int slash = name.indexOf('/');
    String word = name.substring(slash + 1);
    boolean prefixed = slash < 0 || dnsName(name.substring(0, slash)).isEmpty();
    return allowed(
        prefixed && isWord(word),
        "must be at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if it has"
            + " a prefix, such as example.com/my-name");
  }

  /** A label's or taint's value. */
  public static Optional<String> labelValue(String value) {
    return allowed(
        value.isEmpty() || isWord(value),
        "must be at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last");
  }

  /** Of something that a node has and containers ask for. */
  public static Optional<String> resource(String name) {
    boolean plain = RESOURCES.contains(name) || name.startsWith("hugepages-");
    return allowed(
        qualified(name).isEmpty() && (plain || name.indexOf('/') > 0),
        "must be cpu, memory, ephemeral-storage, pods, hugepages-…, or a name with a prefix such as"
            + " example.com/gpu");
  }

  /** An IANA service name, as ports have. */
  public static Optional<String> port(String name) {
    return allowed(
        PORT.matcher(name).matches() && name.length() <= 15,
        "must be at most 15 lower-case letters, digits and '-', such as http");
  }

  /** An environment variable's (since Kubernetes 1.34). */
  public static Optional<String> variable(String name) {
    return allowed(
        VARIABLE.matcher(name).matches(), "must be printable ASCII characters other than '='");
  }

  private static boolean isWord(String word) {
    return WORD.matcher(word).matches() && word.length() <= 63;
  }

  private static Optional<String> allowed(boolean good, String what) {
    return good ? Optional.empty() : Optional.of(what);
  }
}
