/** References of a Pod followed: environment, ConfigMaps, Secrets, the downward API. */
@NullMarked
package dev.outrigger.agent.resolve;

import org.jspecify.annotations.NullMarked;
