/**
 * What a simulated AWS service is made of: the front hands each an {@link
 * dev.outrigger.simulator.service.AwsRequest} and sends what it answers. Request → front (journal,
 * faults, quotas) → {@link dev.outrigger.simulator.service.AwsService#handle} → response.
 */
@NullMarked
package dev.outrigger.simulator.service;

import org.jspecify.annotations.NullMarked;
