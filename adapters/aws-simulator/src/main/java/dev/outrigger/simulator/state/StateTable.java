package dev.outrigger.simulator.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** A persisted map of which the newest value per key counts. */
public interface StateTable {

  /** What an earlier run left, in the order of first writing. Empty without a state folder. */
  Map<String, JsonNode> restored();

  /** Remembers a value; it is copied before this returns and written within {@code 100 ms}. */
  void put(String key, JsonNode value);

  /** Forgets a value. */
  void remove(String key);
}
