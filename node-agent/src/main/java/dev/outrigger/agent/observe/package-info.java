/** What people see of the agent: events and metrics. */
@NullMarked
package dev.outrigger.agent.observe;

import org.jspecify.annotations.NullMarked;
