package dev.outrigger.agent.resolve;

/** Go's {@code strconv.Quote}, in which the kubelet writes labels and annotations. Pure. */
final class GoQuote {

  private GoQuote() {}

  static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted.append(escaped(c)));
    return quoted.append('"').toString();
  }

  private static String escaped(int c) {
    return switch (c) {
      case '\\' -> "\\\\";
      case '"' -> "\\\"";
      case 0x07 -> "\\a";
      case '\b' -> "\\b";
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case 0x0b -> "\\v";
      case '\f' -> "\\f";
      case '\r' -> "\\r";
      default -> isPrintable(c) ? Character.toString(c) : byNumber(c);
    };
  }

  /** {@code unicode.IsPrint}: of the spaces only ASCII's. */
  private static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
  }

  private static String byNumber(int c) {
    if (c < ' ' || c == 0x7f) {
      return "\\x%02x".formatted(c);
    }
    return c < Character.MIN_SUPPLEMENTARY_CODE_POINT
        ? "\\u%04x".formatted(c)
        : "\\U%08x".formatted(c);
  }
}
