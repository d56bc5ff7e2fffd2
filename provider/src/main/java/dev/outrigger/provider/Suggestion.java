package dev.outrigger.provider;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known word was meant by an unknown one. */
public final class Suggestion {

  private Suggestion() {}

  /** The known word that takes the fewest typing mistakes: at most two, one in short words. */
  public static Optional<String> of(String word, Collection<String> known) {
    int most = word.length() < 4 ? 1 : 2;
    String wanted = word.toLowerCase(Locale.ROOT);
    record Candidate(String word, int distance) {}
    return known.stream()
        .sorted()
        .map(k -> new Candidate(k, distance(wanted, k.toLowerCase(Locale.ROOT))))
        .filter(c -> c.distance() <= most)
        .min(Comparator.comparingInt(Candidate::distance))
        .map(Candidate::word);
  }

  /** {@code " (did you mean …?)"}, or nothing. */
  public static String words(String word, Collection<String> known) {
    return of(word, known).map(found -> " (did you mean " + found + "?)").orElse("");
  }

  /** Letters to insert, to leave out, to change, or to swap with the next. */
  private static int distance(String from, String to) {
    int[][] d = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[from.length()][to.length()];
  }
}
