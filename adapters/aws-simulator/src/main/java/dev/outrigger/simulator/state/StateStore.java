package dev.outrigger.simulator.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * The tables of a simulator. With a folder, each table is a file of JSON lines that is compacted
 * when it is opened; writing is behind by at most 100 ms, which is what a killed simulator loses.
 */
public interface StateStore extends AutoCloseable {

  /** Opens a table; each name once. */
  StateTable table(String name);

  /** Writes what is pending. Idempotent. */
  @Override
  void close();

  /** A store that keeps nothing. */
  static StateStore none() {
    return new StateStore() {
      @Override
      public StateTable table(String name) {
        return new StateTable() {
          @Override
          public Map<String, JsonNode> restored() {
            return Map.of();
          }

          @Override
          public void put(String key, JsonNode value) {}

          @Override
          public void remove(String key) {}
        };
      }

      @Override
      public void close() {}
    };
  }
}
