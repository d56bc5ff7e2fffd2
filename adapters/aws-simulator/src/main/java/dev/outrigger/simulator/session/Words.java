package dev.outrigger.simulator.session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into words by the rules that the agent uses in a container: blanks part words;
 * single quotes take everything; double quotes and the bare word know the backslash; a word that
 * starts with {@code #} is a comment to the line's end. Nothing is expanded.
 */
final class Words {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private int at;

  private Words(String text) {
    this.text = text;
  }

  /** At least one word. */
  static List<String> split(String text) throws IOException {
    Words split = new Words(text);
    while (split.next()) {
      split.word();
    }
    if (split.words.isEmpty()) {
      throw new IOException("the command is empty");
    }
    return List.copyOf(split.words);
  }

  private boolean next() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (!isBlank(c)) {
        return true;
      } else {
        at++;
      }
    }
    return false;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private void word() throws IOException {
    StringBuilder word = new StringBuilder();
    while (at < text.length() && !isBlank(text.charAt(at))) {
      char c = text.charAt(at++);
      switch (c) {
        case '\'' -> quoted(word, '\'');
        case '"' -> quoted(word, '"');
        case '\\' -> word.append(taken("EOF found after escape character"));
        default -> word.append(c);
      }
    }
    words.add(word.toString());
  }

  private void quoted(StringBuilder word, char quote) throws IOException {
    String unfinished = "EOF found when expecting closing quote";
    for (char c = taken(unfinished); c != quote; c = taken(unfinished)) {
      word.append(c == '\\' && quote == '"' ? taken("EOF found after escape character") : c);
    }
  }

  private char taken(String otherwise) throws IOException {
    if (at == text.length()) {
      throw new IOException(otherwise);
    }
    return text.charAt(at++);
  }
}
