package dev.outrigger.agent.kubelet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who is calling: by client certificate (checked by the server against its client CA),
 * else by bearer token. Anonymous callers are nobody. One instance may serve several nodes.
 *
 * <p>Answers about tokens are kept for the kubelet's two minutes, by the token's digest.
 */
public final class Authenticator {

  static final Duration LIFE = Duration.ofMinutes(2);
  private static final int CAPACITY = 2048;
  private static final String AUTHENTICATED = "system:authenticated";

  private final Optional<TokenReviewer> reviewer;

  /** Apart from {@link #unknown}, so that a flood of bad tokens cannot evict the good ones. */
  private final ExpiringCache<String, UserInfo> known;

  private final ExpiringCache<String, Boolean> unknown;

  /**
   * @param reviewer empty when only client certificates are accepted
   */
  public Authenticator(Optional<TokenReviewer> reviewer, Clock clock) {
    this.reviewer = reviewer;
    this.known = new ExpiringCache<>(clock, CAPACITY);
    this.unknown = new ExpiringCache<>(clock, CAPACITY);
  }

  boolean reviewsTokens() {
    return reviewer.isPresent();
  }

  /**
   * @param certificateUser of a client certificate that was found valid
   * @return empty for nobody: to be answered by 401
   */
  Optional<UserInfo> authenticate(
      Optional<UserInfo> certificateUser, Optional<String> authorization)
      throws ReviewException, InterruptedException {
    if (certificateUser.isPresent()) {
      return certificateUser.map(Authenticator::authenticated);
    }
    Optional<String> token = authorization.flatMap(Authenticator::bearerToken);
    if (token.isEmpty() || reviewer.isEmpty()) {
      return Optional.empty();
    }
    return review(reviewer.get(), token.get());
  }

  private Optional<UserInfo> review(TokenReviewer asked, String token)
      throws ReviewException, InterruptedException {
    String key = digest(token);
    Optional<UserInfo> remembered = known.get(key);
    if (remembered.isPresent() || unknown.get(key).isPresent()) {
      return remembered;
    }
    Optional<UserInfo> user = asked.review(token).map(Authenticator::authenticated);
    user.ifPresentOrElse(u -> known.put(key, u, LIFE), () -> unknown.put(key, true, LIFE));
    return user;
  }

  private static Optional<String> bearerToken(String authorization) {
    String[] parts = authorization.strip().split(" +", 2);
    return parts.length == 2 && parts[0].equalsIgnoreCase("bearer")
        ? Optional.of(parts[1])
        : Optional.empty();
  }

  private static UserInfo authenticated(UserInfo user) {
    if (user.groups().contains(AUTHENTICATED)) {
      return user;
    }
    List<String> groups = new ArrayList<>(user.groups());
    groups.add(AUTHENTICATED);
    return new UserInfo(user.name(), user.uid(), groups, user.extra());
  }

  private static String digest(String token) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
