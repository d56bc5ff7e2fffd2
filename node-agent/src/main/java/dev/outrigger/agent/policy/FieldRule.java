package dev.outrigger.agent.policy;

/**
 * One refusal of a field table.
 *
 * @param expression CEL over {@code variables.spec}: true for a Pod that may pass
 * @param message what to say of a Pod that may not
 */
record FieldRule(String expression, String message) {}
