package dev.outrigger.simulator.service;

/** The wire protocols that the simulated services speak; decides how a fault is written. */
public enum Protocol {
  /** POST with {@code X-Amz-Target}; faults carry {@code __type}. */
  JSON_1_1,
  /** Operations by method and path; faults carry the {@code X-Amzn-Errortype} header. */
  REST_JSON,
  /** Form-encoded {@code Action}; answers and faults are XML. */
  QUERY
}
