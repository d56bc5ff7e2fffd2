package dev.outrigger.local;

import dev.outrigger.provider.AtStart;
import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.Refusals;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
    List<String> names =
        Stream.concat(
                container.env().stream().map(EnvVariable::name),
                container.atStart().env().stream().map(AtStart.Variable::name))
            .toList();
    List<String> own =
        spec.stream()
            .filter(c -> c.getName().equals(container.name()))
            .flatMap(c -> c.getEnv().stream())
            .map(EnvVar::getName)
            .toList();
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        refusals.unsupported(
            path(path, own.lastIndexOf(name)), "use letters, digits and underscores");
      } else if (SPECIAL.contains(name)) {
        refusals.unsupported(
            path(path, own.lastIndexOf(name)),
            "use another name: " + name + " is a shell's own variable");
      }
    }
  }

  /** Those that are not the container's own come with the rest of a ConfigMap or Secret. */
  private static String path(String container, int index) {
    return container + (index < 0 ? ".envFrom" : ".env[" + index + "].name");
  }
}
