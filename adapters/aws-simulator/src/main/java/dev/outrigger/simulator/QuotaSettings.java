package dev.outrigger.simulator;

/**
 * How the documented quotas are kept.
 *
 * @param enabled false lets every call pass
 * @param scale multiplies bursts and rates; 1 is AWS's own
 */
public record QuotaSettings(boolean enabled, double scale) {
  /** The documented numbers. */
  public static final QuotaSettings DOCUMENTED = new QuotaSettings(true, 1);

  /** No limits. */
  public static final QuotaSettings OFF = new QuotaSettings(false, 1);
}
