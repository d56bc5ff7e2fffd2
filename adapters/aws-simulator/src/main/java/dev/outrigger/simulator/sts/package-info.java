/** STS: who the caller is. */
@NullMarked
package dev.outrigger.simulator.sts;

import org.jspecify.annotations.NullMarked;
