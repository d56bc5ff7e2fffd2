package dev.outrigger.lambda;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that CreateFunction needs. Two Pods of the same shape have equal specs and share the
 * function, whose name is a hash of its content: a function never changes once made.
 */
record FunctionSpec(
    Code code,
    String role,
    int memory,
    int timeoutSeconds,
    int storage,
    SortedMap<String, String> environment,
    String architecture,
    boolean jsonLogs,
    Optional<String> logGroup) {

  /** Where the code comes from. */
  sealed interface Code {
    /** An image; an empty command keeps the image's own. */
    record Image(String uri, List<String> command, Optional<String> workingDir) implements Code {}

    /**
     * A zip, made of files so that equal files give equal bytes.
     *
     * @param runtimeFrom the path of what names the runtime
     */
    record Zip(byte[] bytes, String runtime, String handler, String runtimeFrom) implements Code {}
  }

  FunctionSpec {
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /** The function's name: {@code outrigger-} and 32 hexadecimal digits of the content's hash. */
  String name() {
    MessageDigest digest = sha256();
    switch (code) {
      case Code.Image image -> {
        part(digest, "image", image.uri());
        part(digest, "command", String.valueOf(image.command().size()));
        image.command().forEach(c -> part(digest, "c", c));
        part(digest, "dir", image.workingDir().orElse(""));
      }
      case Code.Zip zip -> {
        part(digest, "zip", HexFormat.of().formatHex(sha256().digest(zip.bytes())));
        part(digest, "runtime", zip.runtime());
        part(digest, "handler", zip.handler());
      }
    }
    part(digest, "role", role);
    part(digest, "sizes", memory + " " + timeoutSeconds + " " + storage + " " + architecture);
    part(digest, "logs", jsonLogs + " " + logGroup.orElse(""));
    environment.forEach((name, value) -> part(digest, name, value));
    return "outrigger-" + HexFormat.of().formatHex(digest.digest()).substring(0, 32);
  }

  /** Environment values stay out of texts. */
  @Override
  public String toString() {
    return name();
  }

  private static void part(MessageDigest digest, String key, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    digest.update((key + "=" + bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
