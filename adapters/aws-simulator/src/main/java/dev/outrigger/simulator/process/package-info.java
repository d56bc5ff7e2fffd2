/** Commands on this host as a whole process tree that never outlives the simulator. */
@NullMarked
package dev.outrigger.simulator.process;

import org.jspecify.annotations.NullMarked;
