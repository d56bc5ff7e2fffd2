package dev.outrigger.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The message of a refusal: all paths, and the remedies of as many as there is room for. Pure. */
final class RefusalText {

  /** What an Event's message may have ({@code k8s.io/kubernetes/pkg/apis/core/validation}). */
  static final int LONGEST = 1024;

  private static final String ALSO = "; also refused: ";
  private static final String OTHERS = " and others";

  private RefusalText() {}

  /**
   * @param first the first field with its remedy
   */
  static String of(String first, List<AlsoRefused> also) {
    if (also.isEmpty()) {
      return first;
    }
    for (int remedies = also.size(); remedies >= 0; remedies--) {
      String text = first + ALSO + String.join(", ", words(also, remedies));
      if (text.length() <= LONGEST) {
        return text;
      }
    }
    return paths(first, also);
  }

  /** Those with the same remedy share it; the ones after them are bare paths. */
  private static List<String> words(List<AlsoRefused> also, int remedies) {
    Map<String, List<String>> byRemedy =
        also.stream()
            .limit(remedies)
            .collect(
                Collectors.groupingBy(
                    AlsoRefused::remedy,
                    LinkedHashMap::new,
                    Collectors.mapping(AlsoRefused::path, Collectors.toList())));
    List<String> words = new ArrayList<>();
    byRemedy.forEach(
        (remedy, paths) ->
            words.add(remedy.isEmpty() ? list(paths) : list(paths) + " (" + remedy + ")"));
    also.stream().skip(remedies).map(AlsoRefused::path).forEach(words::add);
    return words;
  }

  private static String list(List<String> paths) {
    int last = paths.size() - 1;
    return last == 0
        ? paths.getFirst()
        : String.join(", ", paths.subList(0, last)) + " and " + paths.get(last);
  }

  /** As many as there is room for. */
  private static String paths(String first, List<AlsoRefused> also) {
    StringBuilder message = new StringBuilder(first);
    String before = ALSO;
    for (AlsoRefused each : also) {
      int length = before.length() + each.path().length() + OTHERS.length();
      if (message.length() + length > LONGEST) {
        break;
      }
      message.append(before).append(each.path());
      before = ", ";
    }
    return message.append(OTHERS).toString();
  }
}
