package dev.outrigger.simulator.service;

/**
 * Who called, as the SigV4 credential scope says. The signature is not verified: any key is taken,
 * and is visible to tests.
 *
 * @param region the region of the credential scope
 * @param accessKeyId the access key id
 * @param signingName the service's signing name
 */
public record Caller(String region, String accessKeyId, String signingName) {}
