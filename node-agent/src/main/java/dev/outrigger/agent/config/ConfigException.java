package dev.outrigger.agent.config;

import dev.outrigger.provider.ConfigProblem;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; holds every problem found. */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  public ConfigException(String file, List<ConfigProblem> problems) {
    super(
        problems.stream()
            .map(p -> "  " + (p.path().isEmpty() ? "" : p.path() + ": ") + p.message())
            .collect(Collectors.joining("\n", file + " cannot be used:\n", "")));
  }
}
