package dev.outrigger.lambda;

import dev.outrigger.aws.AwsIds;
import dev.outrigger.aws.AwsSettings;
import dev.outrigger.provider.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Lambda node's settings.
 *
 * @param aws where and as whom
 * @param role execution role of the functions that are made; empty only where nothing but existing
 *     functions are invoked
 * @param rewrites the first rule whose prefix fits an image applies
 * @param runtime of functions whose code is a ConfigMap, unless annotated
 * @param timeout of functions whose Pod has no {@code activeDeadlineSeconds}; at most 900 s
 * @param memory MB of functions whose Pod names none
 * @param logGroup where the functions log; empty means {@code /aws/lambda/<function>}
 * @param jsonLogs Lambda's JSON log format. Its report says how an invocation ended, which the text
 *     format does not for every failure, so that an outcome can be read after a crash of the agent.
 * @param claimGroup the log group that holds one stream for each attempt (ADR 3)
 * @param takeover how old a claim must be that never was sent before another process may take it
 * @param sensitiveEnvAllowed whether values of Secrets may stand in a function's environment, where
 *     everyone who may read the function reads them
 */
record LambdaConfig(
    AwsSettings aws,
    Optional<String> role,
    List<ImageRewrite> rewrites,
    String runtime,
    Duration timeout,
    int memory,
    String architecture,
    Optional<String> logGroup,
    boolean jsonLogs,
    String claimGroup,
    Duration takeover,
    boolean sensitiveEnvAllowed) {

  /** Longest life of an invocation. */
  static final Duration MAXIMUM_TIMEOUT = Duration.ofMinutes(15);

  static final int MINIMUM_MEMORY = 128;
  static final int MAXIMUM_MEMORY = 10_240;

  LambdaConfig {
    rewrites = List.copyOf(rewrites);
  }

  /** An image that starts with {@code prefix} is taken from {@code replacement} + the rest. */
  record ImageRewrite(String prefix, String replacement) {}

  /** Reads the settings; what is wrong with them is in {@code settings.problems()} afterwards. */
  static LambdaConfig read(Settings settings) {
    Settings claims = settings.section("claims");
    return new LambdaConfig(
        AwsSettings.read(settings),
        AwsIds.role(settings, "role"),
        rewrites(settings),
        settings.string("runtime", "provided.al2023"),
        bounded(settings, "timeout", MAXIMUM_TIMEOUT, Duration.ofSeconds(1), MAXIMUM_TIMEOUT),
        settings.integer("memory", MINIMUM_MEMORY, MINIMUM_MEMORY, MAXIMUM_MEMORY),
        settings.choice("architecture", "x86_64", List.of("x86_64", "arm64")),
        AwsIds.logGroup(settings, "logGroup"),
        settings.choice("logFormat", "JSON", List.of("JSON", "Text")).equals("JSON"),
        AwsIds.logGroup(claims, "logGroup", "/outrigger/lambda/claims"),
        bounded(
            claims, "takeover", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1)),
        settings
            .choice("sensitiveEnv", "refuse", List.of("refuse", "function-environment"))
            .equals("function-environment"));
  }

  String region() {
    return aws.region();
  }

  /** The image as the backend is asked for it. */
  String rewrite(String image) {
    return rewrites.stream()
        .filter(r -> image.startsWith(r.prefix()))
        .findFirst()
        .map(r -> r.replacement() + image.substring(r.prefix().length()))
        .orElse(image);
  }

  private static List<ImageRewrite> rewrites(Settings settings) {
    List<ImageRewrite> rules = new ArrayList<>();
    for (Settings rule : settings.sections("imageRewrite")) {
      rules.add(
          new ImageRewrite(
              rule.string("prefix", ""),
              rule.requiredString("replacement", "what stands instead of the prefix")));
    }
    return rules;
  }

  private static Duration bounded(
      Settings settings, String key, Duration fallback, Duration least, Duration most) {
    Duration found = settings.duration(key, fallback);
    if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
      settings.problem(key, "must be from " + least.toSeconds() + "s to " + most.toSeconds() + "s");
      return fallback;
    }
    return found;
  }
}
