package dev.outrigger.agent.cli;

import dev.outrigger.agent.explain.Manifests;
import dev.outrigger.agent.explain.PodManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What stands in files, folders and standard input, as {@code kubectl -f} takes them. */
final class ManifestFiles {

  private final List<PodManifest> pods = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private ManifestFiles() {}

  List<PodManifest> pods() {
    return List.copyOf(pods);
  }

  /** Objects without Pods. */
  List<String> skipped() {
    return List.copyOf(skipped);
  }

  /** What cannot be read, or would be refused by the API server, with its file. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  static ManifestFiles read(List<String> names) {
    ManifestFiles found = new ManifestFiles();
    for (String name : names) {
      try {
        for (String file : filesOf(name)) {
          found.add(file);
        }
      } catch (IOException e) {
        found.problems.add(name + ": " + e);
      }
    }
    if (found.pods.isEmpty() && found.problems.isEmpty()) {
      found.problems.add(String.join(", ", names) + ": no Pod, and nothing that makes Pods");
    }
    return found;
  }

  private void add(String file) {
    try {
      Manifests.Found inside = Manifests.read(text(file));
      pods.addAll(inside.pods());
      skipped.addAll(inside.skipped());
      inside.problems().forEach(problem -> problems.add(file + ": " + problem));
    } catch (NoSuchFileException e) {
      problems.add(file + " does not exist");
    } catch (CharacterCodingException e) {
      problems.add(file + " is not text (UTF-8): manifests are YAML or JSON");
    } catch (IOException e) {
      problems.add(file + ": " + e);
    }
  }

  /** What is in a folder, but not in folders in it. */
  private static List<String> filesOf(String name) throws IOException {
    Path path = Path.of(name);
    if (!Files.isDirectory(path)) {
      return List.of(name);
    }
    try (Stream<Path> inside = Files.list(path)) {
      return inside
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .filter(file -> file.matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    }
  }

  /**
   * @throws CharacterCodingException if it is none
   */
  private static String text(String file) throws IOException {
    byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    if (text.indexOf('\0') >= 0) {
      throw new MalformedInputException(1);
    }
    return text;
  }
}
