package dev.outrigger.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image for tests, made without a registry: the host's statically linked busybox in an archive.
 * Removed in the end.
 */
public final class DockerImageFixture implements AutoCloseable {
  private final String name;

  private DockerImageFixture(String name) {
    this.name = name;
  }

  /** Why none can be made here; empty when it can. */
  public static Optional<String> lacking() {
    CommandOutput version = run(List.of("docker", "version", "--format", "{{.Server.Version}}"));
    if (version.code() != 0) {
      return Optional.of("no Docker engine answers: " + version.text().strip());
    }
    if (busybox().isEmpty()) {
      return Optional.of("no statically linked busybox is on this machine (busybox-static)");
    }
    return Optional.empty();
  }

  /** Makes it: busybox under every name it has, and what else is to be in it. */
  public static DockerImageFixture create(
      String name, Path work, Map<String, String> scripts, String... changes) throws IOException {
    Path root = work.resolve("root");
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("tmp"));
    Path busybox = bin.resolve("busybox");
    Files.copy(busybox().orElseThrow(), busybox);
    for (String program : run(List.of(busybox.toString(), "--list")).text().split("\n")) {
      if (!Files.exists(bin.resolve(program))) {
        Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
      }
    }
    for (Map.Entry<String, String> script : scripts.entrySet()) {
      Path file = Files.writeString(bin.resolve(script.getKey()), script.getValue());
      file.toFile().setExecutable(true, false);
    }
    Path archive = work.resolve("root.tar");
    check(run(List.of("tar", "-C", root.toString(), "-cf", archive.toString(), ".")));
    List<String> command = new ArrayList<>(List.of("docker", "import"));
    Stream.of(changes).forEach(change -> command.addAll(List.of("--change", change)));
    command.addAll(List.of(archive.toString(), name));
    check(run(command));
    return new DockerImageFixture(name);
  }

  /** What docker says. */
  public static String docker(String... arguments) {
    return check(run(Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList())).strip();
  }

  private static Optional<Path> busybox() {
    return Stream.of("/bin/busybox", "/usr/bin/busybox")
        .map(Path::of)
        .filter(Files::isExecutable)
        .filter(file -> run(List.of("ldd", file.toString())).code() != 0)
        .findFirst();
  }

  private record CommandOutput(int code, String text) {}

  private static String check(CommandOutput output) {
    if (output.code() != 0) {
      throw new IllegalStateException(output.text());
    }
    return output.text();
  }

  private static CommandOutput run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes());
      return new CommandOutput(process.waitFor(), text);
    } catch (IOException e) {
      return new CommandOutput(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    docker("image", "rm", "--force", name);
  }
}
