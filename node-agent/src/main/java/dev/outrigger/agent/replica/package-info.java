/**
 * Several agents of one configuration, of which one acts.
 *
 * <pre>
 * Election: Lease → Sight → Move.decide → Leases → Fence (how long this replica may act)
 * Members:  a Lease for each replica → is there somebody to hand over to?
 * Replica:  both, for the composition root; FencedProvider: the fence before what a backend is told
 * </pre>
 *
 * The owner of the Lease goes by the time before it asked, on a clock that counts suspension; a
 * standby by when it last saw the Lease change, on its own steady clock. No clocks are compared.
 */
@NullMarked
package dev.outrigger.agent.replica;

import org.jspecify.annotations.NullMarked;
