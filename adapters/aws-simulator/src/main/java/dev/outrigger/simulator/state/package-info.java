/** State that survives a restart: append-only tables in a folder, written behind. */
@NullMarked
package dev.outrigger.simulator.state;

import org.jspecify.annotations.NullMarked;
