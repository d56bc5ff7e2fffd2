package dev.outrigger.agent.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The documents of a YAML or JSON stream, each read alone, so that one that cannot be read does not
 * hide the others.
 */
final class Documents {

  /** A key that stands twice is refused, as by {@code kubectl apply}. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  /** What {@code k8s.io/apimachinery/pkg/util/yaml} parts documents by. */
  private static final Pattern START = Pattern.compile("(?m)^(?=---(\\s|$))");

  private Documents() {}

  /** What takes the documents, by where they stand. */
  interface Reader {
    void document(String where, JsonNode document);

    void unreadable(String where, String why);
  }

  static void read(String text, Reader reader) {
    int number = 1;
    int line = 0;
    for (String part : START.split(text)) {
      List<JsonNode> documents = new ArrayList<>();
      String where = "document " + number;
      try (MappingIterator<JsonNode> found = YAML.readerFor(JsonNode.class).readValues(part)) {
        found.readAll(documents);
      } catch (JsonProcessingException e) {
        int at = line + (e.getLocation() == null ? 1 : e.getLocation().getLineNr());
        reader.unreadable(where, "not YAML: line " + at + ": " + words(e.getOriginalMessage()));
      } catch (IOException e) {
        reader.unreadable(where, String.valueOf(e.getMessage()));
      }
      for (JsonNode document : documents) {
        if (!isEmpty(document)) {
          reader.document(where, document);
        }
      }
      number += part.isBlank() ? 0 : 1;
      line += (int) part.lines().count();
    }
  }

  /** Nothing but comments is read as an empty text. */
  private static boolean isEmpty(JsonNode document) {
    return document.isNull()
        || document.isMissingNode()
        || (document.isTextual() && document.asText().isBlank());
  }

  /** Without the lines that show the place again, which are indented. */
  private static String words(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }
}
