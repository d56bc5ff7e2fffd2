package dev.outrigger.simulator.secrets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.Json;
import java.util.List;

/** The filters of ListSecrets: all must match, by any of their values as a prefix. */
final class SecretFilters {
  private SecretFilters() {}

  static boolean match(JsonNode filters, Secret secret) {
    for (JsonNode filter : filters) {
      List<String> values = Json.texts(filter.path("Values"));
      List<String> candidates =
          switch (filter.path("Key").asText()) {
            case "name" -> List.of(secret.name());
            case "description" -> List.of(secret.description());
            case "tag-key" -> List.copyOf(secret.tags().keySet());
            case "tag-value" -> List.copyOf(secret.tags().values());
            default ->
                throw new AwsFault(
                    400, "InvalidParameterException", "this filter is not simulated: " + filter);
          };
      if (candidates.stream().noneMatch(c -> values.stream().anyMatch(c::startsWith))) {
        return false;
      }
    }
    return true;
  }
}
