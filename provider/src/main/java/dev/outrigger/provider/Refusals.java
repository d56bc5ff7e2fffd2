package dev.outrigger.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  /**
   * Why a field is refused.
   *
   * @param unsupported else its value cannot work
   */
  private record Reason(String text, boolean unsupported) {

    ProviderException at(String path, List<AlsoRefused> also) {
      return unsupported
          ? new ProviderException.Unsupported(path, text, also)
          : new ProviderException.Invalid(path, text, also);
    }
  }

  private final Map<String, Reason> byPath = new LinkedHashMap<>();
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
    add(path, new Reason(hint, true));
  }

  /** A value that cannot work. */
  public void invalid(String path, String reason) {
    add(path, new Reason(reason, false));
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
      e.also().forEach(each -> unsupported(each.path(), each.remedy()));
    } catch (ProviderException.Invalid e) {
      invalid(e.path(), e.reason());
      e.also().forEach(each -> invalid(each.path(), each.remedy()));
    }
    return Optional.empty();
  }

  private void add(String ofPod, Reason reason) {
    String path = place.apply(ofPod);
    if (byPath.keySet().stream().noneMatch(p -> isIn(p, path) || isIn(path, p))) {
      byPath.put(path, reason);
    }
  }

  private static boolean isIn(String whole, String part) {
    return part.equals(whole) || part.startsWith(whole + ".") || part.startsWith(whole + "[");
  }

  public boolean isEmpty() {
    return byPath.isEmpty();
  }

  /** Why the Pod is refused: with all reasons, as far as a message has room. */
  public Optional<ProviderException> refusal() {
    if (byPath.isEmpty()) {
      return Optional.empty();
    }
    List<AlsoRefused> all = new ArrayList<>();
    byPath.forEach((path, reason) -> all.add(new AlsoRefused(path, reason.text())));
    String first = all.removeFirst().path();
    return Optional.of(Objects.requireNonNull(byPath.get(first)).at(first, all));
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
