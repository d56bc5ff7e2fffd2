/** The configuration file: read, checked, every problem at once. */
@NullMarked
package dev.outrigger.agent.config;

import org.jspecify.annotations.NullMarked;
