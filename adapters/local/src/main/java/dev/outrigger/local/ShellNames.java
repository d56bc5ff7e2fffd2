package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.Refusals;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which variables a shell can pass on to the program that it becomes. */
final class ShellNames {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Those that mean something else to one shell or another: it fails on them, or keeps a value of
   * its own. Refused whatever shell this host has: a Pod shall not depend on that.
   */
  static final Set<String> SPECIAL =
      Set.of(
          "_",
          "BASHOPTS",
          "BASHPID",
          "BASH_ALIASES",
          "BASH_ARGC",
          "BASH_ARGV",
          "BASH_CMDS",
          "BASH_COMMAND",
          "BASH_LINENO",
          "BASH_SOURCE",
          "BASH_SUBSHELL",
          "BASH_VERSINFO",
          "DIRSTACK",
          "EPOCHREALTIME",
          "EPOCHSECONDS",
          "EUID",
          "FUNCNAME",
          "GROUPS",
          "HISTCMD",
          "LINENO",
          "OPTIND",
          "PPID",
          "RANDOM",
          "SECONDS",
          "SHELLOPTS",
          "SHLVL",
          "SRANDOM",
          "UID");

  private ShellNames() {}

  /**
   * @param path of the container in the Pod
   * @param spec all containers of its kind
   */
  static void check(String path, ContainerWork container, List<Container> spec, Refusals refusals) {
    Optional<Container> asked =
        spec.stream().filter(c -> c.getName().equals(container.name())).findFirst();
    List<String> own =
        asked.stream().flatMap(c -> c.getEnv().stream()).map(EnvVar::getName).toList();
    ImportedNames imported =
        new ImportedNames(path, asked.map(Container::getEnvFrom).orElse(List.of()));
    for (EnvVariable variable : container.env()) {
      if (own.contains(variable.name())) {
        checkOwn(path, own, variable.name(), refusals);
      } else if (!passes(variable.name())) {
        imported.add(variable);
      }
    }
    imported.refuse(refusals);
    for (AtStart.Variable variable : container.atStart().env()) {
      checkOwn(path, own, variable.name(), refusals);
    }
  }

  private static boolean passes(String name) {
    return NAME.matcher(name).matches() && !SPECIAL.contains(name);
  }

  private static void checkOwn(String path, List<String> own, String name, Refusals refusals) {
    if (!passes(name)) {
      refusals.unsupported(
          path + ".env[" + own.lastIndexOf(name) + "].name",
          SPECIAL.contains(name)
              ? "use another name: " + name + " is a shell's own variable"
              : "use letters, digits and underscores");
    }
  }
}
