/** What stands behind an image name: a command on this host, a folder, or nothing. */
@NullMarked
package dev.outrigger.simulator.image;

import org.jspecify.annotations.NullMarked;
