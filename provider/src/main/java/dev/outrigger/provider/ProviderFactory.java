package dev.outrigger.provider;

import dev.outrigger.provider.fields.FieldTable;
import java.util.Optional;
import java.util.Set;

/**
 * Makes providers of one kind; found by {@link java.util.ServiceLoader}. Implementations have a
 * public constructor without parameters that does nothing.
 */
public interface ProviderFactory {

  /** The word that selects it in the configuration, for example {@code ecs}. */
  String name();

  /** What becomes of each field of a Pod's spec; empty when only the backend knows. */
  default Optional<FieldTable> fields() {
    return Optional.empty();
  }

  /** What is so of every node of this kind, known without any settings. */
  default Set<Trait> traits() {
    return Set.of();
  }

  /**
   * Makes the provider of one node. Reads its settings through {@link Settings}, which collects
   * every problem with its path; if {@code settings.problems()} has any afterwards the answer is
   * not used. Does not call the backend.
   */
  Provider create(ProviderContext context, Settings settings);
}
