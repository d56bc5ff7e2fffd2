/**
 * Calls to the API server that fabric8's DSL makes dearer than they are: no GET before, no answer
 * parsed.
 */
@NullMarked
package dev.outrigger.agent.api;

import org.jspecify.annotations.NullMarked;
