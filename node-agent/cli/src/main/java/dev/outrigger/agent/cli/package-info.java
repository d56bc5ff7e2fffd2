/** The command line, which is also where the parts are put together. */
@NullMarked
package dev.outrigger.agent.cli;

import org.jspecify.annotations.NullMarked;
