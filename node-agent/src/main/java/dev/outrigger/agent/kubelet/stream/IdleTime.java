package dev.outrigger.agent.kubelet.stream;

import java.time.Duration;

/** How long a connection may carry nothing at all before it is closed. */
public record IdleTime(Duration value) {}
