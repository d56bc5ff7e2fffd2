package dev.outrigger.agent.kubelet.stream;

/** Which streams of a command a client wants; one at least, and no stderr with a terminal. */
public record CommandOptions(boolean stdin, boolean stdout, boolean stderr, boolean terminal) {}
