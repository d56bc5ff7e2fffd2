/** The append-only record of every call and of every workload that really started or stopped. */
@NullMarked
package dev.outrigger.simulator.journal;

import org.jspecify.annotations.NullMarked;
