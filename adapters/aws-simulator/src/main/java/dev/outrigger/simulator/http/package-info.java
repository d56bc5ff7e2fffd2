/** The HTTP front: parses, journals, injects faults, keeps quotas, routes, writes answers. */
@NullMarked
package dev.outrigger.simulator.http;

import org.jspecify.annotations.NullMarked;
