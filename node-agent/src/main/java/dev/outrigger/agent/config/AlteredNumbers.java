package dev.outrigger.agent.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.outrigger.provider.ConfigProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers that YAML reads as others than are written: {@code 0123} is 83, and {@code 1.10} as text
 * is 1.1. Whoever writes one means text. Pure.
 */
final class AlteredNumbers {

  private static final YAMLFactory YAML = new YAMLFactory();

  private AlteredNumbers() {}

  /** Of a text that is known to be YAML. */
  static List<ConfigProblem> in(String yaml) throws IOException {
    List<ConfigProblem> problems = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(yaml)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isNumeric()) {
          String written = parser.getText();
          String read = parser.getNumberValue().toString();
          if (!written.equals(read)) {
            problems.add(
                new ConfigProblem(
                    path(parser.getParsingContext().pathAsPointer()),
                    "is read as the number %s: put %s in quotes, or write that number"
                        .formatted(read, written)));
          }
        }
      }
    }
    return problems;
  }

  private static String path(JsonPointer pointer) {
    StringBuilder path = new StringBuilder();
    for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
      if (at.mayMatchElement()) {
        path.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(at.getMatchingProperty());
      }
    }
    return path.toString();
  }
}
