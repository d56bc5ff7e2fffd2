package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder: {@code pod.yaml} (in which the node is called {@code NODE}, or {@code FULL} for one
 * with room for one Pod), {@code steps} if they are not the usual ones, {@code expected.json} as a
 * kubelet was seen to answer, and {@code differences} of an agent's node, if there are any.
 */
public record ComparedCase(String name, Path folder) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A Pod that ends by itself. */
  private static final List<String> USUAL_STEPS =
      List.of("await p.phase=Succeeded|Failed", "snapshot end");

  /** All of them, by name. */
  public static List<ComparedCase> all(Path root) {
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(Files::isDirectory)
          .map(f -> new ComparedCase(f.getFileName().toString(), f))
          .sorted(java.util.Comparator.comparing(ComparedCase::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the case with the nodes' names put in. */
  String manifest(String file, Nodes nodes) {
    return read(folder.resolve(file))
        .replace("nodeName: NODE", "nodeName: " + nodes.node())
        .replace("nodeName: FULL", "nodeName: " + nodes.full());
  }

  /** Whether its containers have files of their own: volumes, or a file for their last words. */
  public boolean hasMounts() {
    String pod = read(folder.resolve("pod.yaml"));
    return pod.contains("volumeMounts") || pod.contains("terminationMessagePath");
  }

  /** The lines of {@code steps}. */
  List<String> steps() {
    Path file = folder.resolve("steps");
    return Files.exists(file) ? lines(file) : USUAL_STEPS;
  }

  /** What the kubelet answered. */
  public JsonNode expected() {
    try {
      return JSON.readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void record(JsonNode outcome) {
    try {
      Files.writeString(
          folder.resolve("expected.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(outcome) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines without comments and empty ones. */
  static List<String> lines(Path file) {
    return read(file)
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty() && !l.startsWith("#"))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
