package dev.outrigger.simulator.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Image names and what they stand for. A name that is not listed stands for the host itself: a
 * container's command then runs on this host, with an environment of its own. Names match in full
 * or without tag, digest and registry. A name that ends in {@code /does-not-exist} (with any tag),
 * or that is listed as missing, cannot be pulled.
 */
public final class ImageCatalogue {
  private static final List<String> DEFAULT_COMMAND =
      List.of("/bin/sh", "-c", "echo started; trap 'exit 0' TERM; while :; do sleep 1; done");

  private final Map<String, Image> images;
  private final Set<String> missing;

  private ImageCatalogue(Map<String, Image> images, Set<String> missing) {
    this.images = Map.copyOf(images);
    this.missing = Set.copyOf(missing);
  }

  /** The host for every name; without a command it prints a line and waits for SIGTERM. */
  public static ImageCatalogue defaults() {
    return new ImageCatalogue(Map.of(), Set.of());
  }

  /**
   * Reads {@code images.json} of a folder: {@code {"NAME": {"root": "folder", "entryPoint": [],
   * "command": [], "environment": {}}, "OTHER": {"missing": true}}}. A root is relative to the
   * folder.
   */
  public static ImageCatalogue read(Path folder) {
    JsonNode file;
    try {
      file = Json.parse(Files.readString(folder.resolve("images.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ImageCatalogue catalogue = defaults();
    for (Map.Entry<String, JsonNode> entry : file.properties()) {
      JsonNode image = entry.getValue();
      if (image.path("missing").asBoolean()) {
        catalogue = catalogue.without(entry.getKey());
      } else {
        Map<String, String> environment = new HashMap<>();
        image
            .path("environment")
            .properties()
            .forEach(v -> environment.put(v.getKey(), v.getValue().asText()));
        catalogue =
            catalogue.with(
                new Image(
                    entry.getKey(),
                    image.has("root") ? folder.resolve(image.get("root").asText()) : null,
                    Json.texts(image.path("entryPoint")),
                    Json.texts(image.path("command")),
                    environment));
      }
    }
    return catalogue;
  }

  /** The same with one more image, under its name. */
  public ImageCatalogue with(Image image) {
    Map<String, Image> more = new HashMap<>(images);
    more.put(image.name(), image);
    return new ImageCatalogue(more, missing);
  }

  /** The same with a name that cannot be pulled. */
  public ImageCatalogue without(String name) {
    Set<String> more = new HashSet<>(missing);
    more.add(name);
    return new ImageCatalogue(images, more);
  }

  /** Whether the catalogue says anything of it, be it that it is missing. */
  public boolean names(String name) {
    return forms(name).stream()
        .anyMatch(form -> images.containsKey(form) || missing.contains(form));
  }

  /** What a name stands for; empty when it cannot be pulled. */
  public Optional<Image> find(String name) {
    for (String form : forms(name)) {
      if (missing.contains(form)) {
        return Optional.empty();
      }
      Image image = images.get(form);
      if (image != null) {
        return Optional.of(image);
      }
    }
    if (repository(lastSegment(name)).startsWith("does-not-exist")) {
      return Optional.empty();
    }
    return Optional.of(new Image(name, null, List.of(), DEFAULT_COMMAND, Map.of()));
  }

  /** Whether the name is listed with contents of its own, rather than standing for the host. */
  public boolean isListed(String name) {
    return find(name).map(image -> image.root() != null).orElse(false);
  }

  private static List<String> forms(String name) {
    return List.of(name, repository(name), repository(lastSegment(name)));
  }

  private static String repository(String name) {
    String plain = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
    int colon = plain.lastIndexOf(':');
    return colon > plain.lastIndexOf('/') ? plain.substring(0, colon) : plain;
  }

  private static String lastSegment(String name) {
    String plain = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
    return plain.substring(plain.lastIndexOf('/') + 1);
  }
}
