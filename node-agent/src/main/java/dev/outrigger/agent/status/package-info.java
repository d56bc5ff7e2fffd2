/** What the API server is told of a Pod: computed purely, written as one PATCH per change. */
@NullMarked
package dev.outrigger.agent.status;

import org.jspecify.annotations.NullMarked;
