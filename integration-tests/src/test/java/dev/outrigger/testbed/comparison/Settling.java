package dev.outrigger.testbed.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * When what is seen at a point is what will be seen: a status and an event follow each other a
 * moment apart.
 */
public interface Settling {

  /** How long nothing must have changed before a point is looked at. */
  Duration quiet();

  /** Whether what is seen may be taken at once; else it is looked at again for a while. */
  boolean isSettled(ComparedCase compared, String point, JsonNode seen);

  /** Takes what has not changed for so long. */
  static Settling afterQuiet(Duration quiet) {
    return new Settling() {
      @Override
      public Duration quiet() {
        return quiet;
      }

      @Override
      public boolean isSettled(ComparedCase compared, String point, JsonNode seen) {
        return true;
      }
    };
  }

  /** Takes at once what differs from the kubelet's answer as is listed, and nothing else. */
  static Settling asListed() {
    return new Settling() {
      @Override
      public Duration quiet() {
        return Duration.ZERO;
      }

      @Override
      public boolean isSettled(ComparedCase compared, String point, JsonNode seen) {
        return ListedDifferences.of(compared)
            .areExactly(point, Differences.at(point, compared.expected().path(point), seen));
      }
    };
  }
}
