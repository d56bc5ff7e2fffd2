package dev.outrigger.ecs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** The text of a request as ECS would read it: keys in order, unset fields left out. */
final class SdkJson {

  private SdkJson() {}

  static String canonical(SdkPojo pojo) {
    StringBuilder out = new StringBuilder();
    write(pojo, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case SdkPojo pojo -> writeMap(fields(pojo), out);
      case Map<?, ?> map -> writeMap(new TreeMap<>(map), out);
      case List<?> list -> writeList(list, out);
      case Number number -> out.append(number);
      case Boolean bool -> out.append(bool);
      default -> quote(value.toString(), out);
    }
  }

  private static Map<String, Object> fields(SdkPojo pojo) {
    Map<String, Object> set = new TreeMap<>();
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (value != null
          && !(value instanceof SdkAutoConstructList)
          && !(value instanceof SdkAutoConstructMap)) {
        set.put(field.locationName(), value);
      }
    }
    return set;
  }

  private static void writeMap(Map<?, ?> map, StringBuilder out) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      quote(String.valueOf(entry.getKey()), out);
      out.append(':');
      write(entry.getValue(), out);
      separator = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void writeList(List<?> list, StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Object element : list) {
      out.append(separator);
      write(element, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '"', '\\' -> out.append('\\').append((char) c);
                case '\n' -> out.append("\\n");
                default -> {
                  if (c < 0x20) {
                    out.append(String.format("\\u%04x", c));
                  } else {
                    out.append((char) c);
                  }
                }
              }
            });
    out.append('"');
  }
}
