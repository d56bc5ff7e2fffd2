package dev.outrigger.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Collects why a Pod cannot run, so that a person is told of everything at once rather than of one
 * thing after the other. Of several reasons at one path the first counts. Not safe for concurrent
 * use.
 */
public final class Refusals {

  /** A check that refuses. */
  @FunctionalInterface
  public interface Check {
    void run() throws ProviderException;
  }

  /** Something that is made of a Pod, or refused. */
  @FunctionalInterface
  public interface Source<T> {
    T get() throws ProviderException;
  }

  /** Makes the exception that is thrown if this is the first. */
  @FunctionalInterface
  private interface Refusal {
    ProviderException with(List<String> also);
  }

  private static final Refusal ONLY_NAMED =
      also -> {
        throw new IllegalStateException("named beside another");
      };

  private final Map<String, Refusal> byPath = new LinkedHashMap<>();
  private final UnaryOperator<String> place;

  public Refusals() {
    this(UnaryOperator.identity());
  }

  /**
   * @param place where a path of the Pod stands in what a person has written
   */
  public Refusals(UnaryOperator<String> place) {
    this.place = place;
  }

  /** A field that the backend cannot honour. */
  public void unsupported(String path, String hint) {
    add(path, at -> also -> new ProviderException.Unsupported(at, hint, also));
  }

  /** A value that cannot work. */
  public void invalid(String path, String reason) {
    add(path, at -> also -> new ProviderException.Invalid(at, reason, also));
  }

  /**
   * Notes what a check refuses.
   *
   * @throws ProviderException any other failure
   */
  public void of(Check check) throws ProviderException {
    from(
        () -> {
          check.run();
          return true;
        });
  }

  /**
   * What the source makes; empty if it refuses, which is noted.
   *
   * @throws ProviderException any other failure
   */
  public <T> Optional<T> from(Source<T> source) throws ProviderException {
    try {
      return Optional.of(source.get());
    } catch (ProviderException.Unsupported e) {
      unsupported(e.path(), e.hint());
      e.also().forEach(path -> add(path, at -> ONLY_NAMED));
    } catch (ProviderException.Invalid e) {
      invalid(e.path(), e.reason());
      e.also().forEach(path -> add(path, at -> ONLY_NAMED));
    }
    return Optional.empty();
  }

  private void add(String ofPod, Function<String, Refusal> refusal) {
    String path = place.apply(ofPod);
    if (byPath.keySet().stream().noneMatch(p -> isIn(p, path) || isIn(path, p))) {
      byPath.put(path, refusal.apply(path));
    }
  }

  private static boolean isIn(String whole, String part) {
    return part.equals(whole) || part.startsWith(whole + ".") || part.startsWith(whole + "[");
  }

  public boolean isEmpty() {
    return byPath.isEmpty();
  }

  /** Why the Pod is refused: with the first reason, and all paths. */
  public Optional<ProviderException> refusal() {
    if (byPath.isEmpty()) {
      return Optional.empty();
    }
    List<String> also = new ArrayList<>(byPath.keySet());
    Refusal first = Objects.requireNonNull(byPath.get(also.removeFirst()));
    return Optional.of(first.with(also));
  }

  /**
   * Ends the checks.
   *
   * @throws ProviderException.Unsupported or Invalid, if something was refused
   */
  public void raise() throws ProviderException {
    Optional<ProviderException> refusal = refusal();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }
}
