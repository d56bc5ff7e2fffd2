package dev.outrigger.agent.explain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.provider.fields.FieldRow.Verdict;
import dev.outrigger.provider.fields.FieldTable.Finding;
import java.util.List;
import java.util.Locale;

/** Explanations as text for people and as JSON for programs. */
public final class Report {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Report() {}

  /** One block for each, the refused fields in capitals. */
  public static String text(List<Explanation> explanations) {
    StringBuilder out = new StringBuilder();
    for (Explanation e : explanations) {
      out.append("%s on node %s (%s)%n".formatted(e.source(), e.node(), e.provider()));
      int width = e.fields().stream().mapToInt(f -> f.path().length()).max().orElse(0);
      for (Finding field : e.fields()) {
        out.append(
            "  %s  %-10s  %s%n"
                .formatted(
                    field.path() + " ".repeat(width - field.path().length()),
                    word(field.verdict()),
                    field.note()));
      }
      e.shape().forEach((what, value) -> out.append("  %s: %s%n".formatted(what, value)));
      e.obstacle().ifPresent(why -> out.append("  would not be placed here: %s%n".formatted(why)));
      out.append(
          e.refusal()
              .map(why -> "  would fail: %s%n".formatted(why))
              .orElseGet(
                  () ->
                      "  would run%s%n"
                          .formatted(e.obstacle().isPresent() ? " if it came here" : "")));
    }
    return out.toString();
  }

  private static String word(Verdict verdict) {
    return verdict == Verdict.REFUSED ? "REFUSED" : verdict.name().toLowerCase(Locale.ROOT);
  }

  /** A list of objects: source, node, provider, runs, refusal, obstacle, fields, shape. */
  public static String json(List<Explanation> explanations) {
    ArrayNode all = JSON.createArrayNode();
    for (Explanation e : explanations) {
      ObjectNode one =
          all.addObject()
              .put("source", e.source())
              .put("node", e.node())
              .put("provider", e.provider())
              .put("runs", e.runs());
      e.refusal().ifPresent(why -> one.put("refusal", why));
      e.obstacle().ifPresent(why -> one.put("obstacle", why));
      ArrayNode fields = one.putArray("fields");
      e.fields()
          .forEach(
              f ->
                  fields
                      .addObject()
                      .put("path", f.path())
                      .put("verdict", f.verdict().name().toLowerCase(Locale.ROOT))
                      .put("note", f.note()));
      ObjectNode shape = one.putObject("shape");
      e.shape().forEach(shape::put);
    }
    return all.toPrettyString() + System.lineSeparator();
  }
}
