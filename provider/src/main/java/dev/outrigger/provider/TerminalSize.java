package dev.outrigger.provider;

/** The size of a terminal, in characters; each 0 to 65535. */
public record TerminalSize(int columns, int rows) {}
