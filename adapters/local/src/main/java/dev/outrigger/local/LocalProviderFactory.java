package dev.outrigger.local;

import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import dev.outrigger.provider.fields.FieldTable;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code provider: local}. Settings: {@code root} (folder of the state and the logs), {@code keep}
 * (how long a deleted Pod's record stays after its end), {@code podIp} (the address to report, if
 * other hosts can reach the processes there).
 */
public final class LocalProviderFactory implements ProviderFactory {

  private static final Duration SHORTEST_MEMORY = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "local";
  }

  @Override
  public Optional<FieldTable> fields() {
    return Optional.of(HostFields.TABLE);
  }

  @Override
  public Provider create(ProviderContext context, Settings settings) {
    Path fallback = Path.of(System.getProperty("user.home"), ".local", "state", "outrigger");
    Path root = Path.of(settings.string("root", fallback.toString())).toAbsolutePath();
    RootFolder.obstacle(root)
        .ifPresent(
            why ->
                settings.problem(
                    "root", "must be a folder that can be made and written to: " + why));
    Duration keep = settings.duration("keep", Duration.ofHours(1));
    if (keep.compareTo(SHORTEST_MEMORY) < 0) {
      settings.problem("keep", "must be at least 10m");
    }
    if (!Files.isReadable(Path.of("/proc/self/stat"))) {
      settings.problem("provider", "local needs Linux: there is no /proc here");
    }
    LocalConfig config = new LocalConfig(root, keep, podIp(settings), Duration.ofMillis(200));
    return new LocalProvider(context, config);
  }

  private static Optional<String> podIp(Settings settings) {
    Optional<String> found = settings.string("podIp");
    try {
      found.ifPresent(InetAddress::ofLiteral);
    } catch (IllegalArgumentException e) {
      settings.problem("podIp", "must be an IP address, not '" + found.get() + "'");
    }
    return found;
  }
}
