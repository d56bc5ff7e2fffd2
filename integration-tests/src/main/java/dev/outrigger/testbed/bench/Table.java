package dev.outrigger.testbed.bench;

import java.util.List;
import java.util.Locale;

/** Figures side by side: each column beside the first with its ratio to it. */
final class Table {
  private static final int LABEL = 52;

  private final StringBuilder text = new StringBuilder();
  private final int columns;

  Table(String title, List<String> names) {
    this.columns = names.size();
    text.append("%n%s%n".formatted(title));
    text.append(" ".repeat(LABEL));
    names.forEach(name -> text.append("%18s".formatted(name)));
    text.append(System.lineSeparator());
  }

  /** One figure of each column, in their order. */
  void line(String label, String format, List<Double> figures) {
    if (figures.size() != columns) {
      throw new IllegalArgumentException(figures.size() + " figures for " + columns + " columns");
    }
    text.append(("%-" + LABEL + "s").formatted(label));
    double first = figures.getFirst();
    for (int i = 0; i < columns; i++) {
      String shown = String.format(Locale.ROOT, format, figures.get(i));
      String ratio =
          i == 0 || first == 0
              ? ""
              : String.format(Locale.ROOT, " (×%.2f)", figures.get(i) / first);
      text.append("%18s".formatted(shown + ratio));
    }
    text.append(System.lineSeparator());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
