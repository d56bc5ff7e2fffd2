/**
 * The kubelet API's certificates: what it serves with (files, self-signed, or requested from the
 * cluster and rotated) and which authorities it believes about its clients.
 */
@NullMarked
package dev.outrigger.agent.tls;

import org.jspecify.annotations.NullMarked;
