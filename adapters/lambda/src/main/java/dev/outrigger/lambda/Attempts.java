package dev.outrigger.lambda;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The board and the claims as one: what this process knows, and what it finds of others. */
final class Attempts {

  private final Board board;
  private final Claims claims;
  private final LambdaClients clients;
  private final Recovery recovery;

  Attempts(Board board, Claims claims, LambdaClients clients, Recovery recovery) {
    this.board = board;
    this.claims = claims;
    this.clients = clients;
    this.recovery = recovery;
  }

  /**
   * @throws ProviderException.NotFound when no process ever claimed it
   */
  Board.Entry known(PodAttempt attempt) throws ProviderException {
    Optional<Board.Entry> mine = board.get(attempt);
    if (mine.isPresent()) {
      return mine.get();
    }
    Claim claim =
        claims
            .find(attempt)
            .filter(c -> c.details().isPresent())
            .orElseThrow(
                () -> new ProviderException.NotFound("no invocation of " + attempt.token()));
    return adopt(claim);
  }

  /** Every claim of this node, those that other processes made included. */
  List<Claim> all() throws ProviderException {
    List<Claim> result = new ArrayList<>();
    for (Claim claim : claims.all()) {
      // A claim that says nothing, or was never sent, runs nowhere: create() takes it over.
      if (claim.details().isPresent() && claim.isDecided()) {
        adopt(claim);
      }
    }
    board.all().forEach(e -> result.add(e.claim()));
    return result;
  }

  /** Puts what was read of a claim on the board, unless more is known. */
  Board.Entry adopt(Claim claim) {
    PodAttempt attempt = claim.details().orElseThrow().attempt();
    Board.Entry entry = new Board.Entry(claim, regionOf(claim), false);
    if (board.adopt(attempt, entry) && claim.ended().isEmpty()) {
      recovery.follow(attempt);
    }
    return board.get(attempt).orElse(entry);
  }

  private InvocationPlan.Caller regionOf(Claim claim) {
    String region = claim.details().map(Claim.Details::region).orElse(clients.node().region());
    return new InvocationPlan.Caller(Optional.empty(), region);
  }
}
