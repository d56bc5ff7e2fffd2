package dev.outrigger.simulator.fault;

/**
 * When a fault strikes.
 *
 * @param service the signing name, or {@code *}
 * @param operation the operation, or {@code *}
 * @param fault what happens
 * @param probability 0 to 1, for each matching call
 * @param times how often it may strike at most
 * @param seed of this rule's own random sequence
 */
public record FaultRule(
    String service, String operation, Fault fault, double probability, long times, long seed) {

  /** A rule that strikes every matching call. */
  public static FaultRule always(String service, String operation, Fault fault) {
    return new FaultRule(service, operation, fault, 1.0, Long.MAX_VALUE, 0);
  }

  /** A rule that strikes the next matching calls, that many. */
  public static FaultRule next(int times, String service, String operation, Fault fault) {
    return new FaultRule(service, operation, fault, 1.0, times, 0);
  }

  /** A rule that strikes with a probability, by a seeded sequence. */
  public static FaultRule chance(
      double probability, long seed, String service, String operation, Fault fault) {
    return new FaultRule(service, operation, fault, probability, Long.MAX_VALUE, seed);
  }

  boolean matches(String aService, String anOperation) {
    return (service.equals("*") || service.equals(aService))
        && (operation.equals("*") || operation.equals(anOperation));
  }
}
