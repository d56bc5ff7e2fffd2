package dev.outrigger.testbed.bench;

import java.time.Duration;

/**
 * All that was measured of one contestant.
 *
 * @param start from the start of its process to its node being Ready, as a watch sees it
 * @param startCpu what it used in that time
 * @param cold the first burst after its start
 * @param warm the best of the later bursts
 * @param steady at a steady rate
 */
record Result(
    String name,
    Duration start,
    Duration startCpu,
    long idleMebibytes,
    Round cold,
    Round warm,
    Round steady,
    long peakMebibytes) {}
