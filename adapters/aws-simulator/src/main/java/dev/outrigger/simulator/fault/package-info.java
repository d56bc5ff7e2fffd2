/** Fault injection: seeded rules that the front and the services ask. */
@NullMarked
package dev.outrigger.simulator.fault;

import org.jspecify.annotations.NullMarked;
