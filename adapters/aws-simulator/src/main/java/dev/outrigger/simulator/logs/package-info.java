/** CloudWatch Logs: {@link dev.outrigger.simulator.logs.LogGroups} holds, LogsService serves. */
@NullMarked
package dev.outrigger.simulator.logs;

import org.jspecify.annotations.NullMarked;
