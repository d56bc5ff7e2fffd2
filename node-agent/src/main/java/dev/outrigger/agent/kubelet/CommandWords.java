package dev.outrigger.agent.kubelet;

import java.util.List;
import java.util.Map;

/** The command that a request names, in its query. No process can be given a NUL byte. */
final class CommandWords {

  private CommandWords() {}

  /** Of {@code /exec}: one parameter for each word; none is told in the stream, by the kubelet. */
  static List<String> ofExec(Map<String, List<String>> query) throws HttpProblem {
    List<String> words = query.getOrDefault("command", List.of());
    for (String word : words) {
      checked(word);
    }
    return words;
  }

  /** Of {@code /run}: one parameter for all words, which blanks part. */
  static String ofRun(Map<String, List<String>> query) throws HttpProblem {
    return checked(query.getOrDefault("cmd", List.of("")).getFirst());
  }

  private static String checked(String word) throws HttpProblem {
    if (word.indexOf('\0') >= 0) {
      throw new HttpProblem(400, "the command must not contain a NUL byte");
    }
    return word;
  }
}
