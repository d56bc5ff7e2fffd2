/** Service Quotas: how much of Fargate the account may run. */
@NullMarked
package dev.outrigger.simulator.servicequotas;

import org.jspecify.annotations.NullMarked;
