package dev.outrigger.agent.kubelet.stream;

import java.time.Duration;

/** How long a client may take to open the streams that belong together. */
public record CreationTime(Duration value) {}
