/** The documented API quotas as token buckets, one set for each region. */
@NullMarked
package dev.outrigger.simulator.quota;

import org.jspecify.annotations.NullMarked;
