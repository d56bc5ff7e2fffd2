/** Other people's clients and servers, to compare the simulator with. */
@NullMarked
package dev.outrigger.simulator.compat;

import org.jspecify.annotations.NullMarked;
