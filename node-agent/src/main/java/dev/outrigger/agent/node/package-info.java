/** The virtual node: its Node object and its Lease. */
@NullMarked
package dev.outrigger.agent.node;

import org.jspecify.annotations.NullMarked;
