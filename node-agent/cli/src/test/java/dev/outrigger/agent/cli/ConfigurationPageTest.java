package dev.outrigger.agent.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.agent.config.ConfigReader;
import dev.outrigger.agent.config.NodeConfig;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.SettingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/reference/configuration.md} says of each key what the code that reads it knows: a new
 * key needs a row. The keys are those that are asked for while the page's own examples are read.
 */
final class ConfigurationPageTest {

  private static final Path PAGE = Path.of("../../docs/reference/configuration.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\| ([^|]*) \\| .*\\|$");

  @TempDir Path folder;

  private String page = "";

  @BeforeEach
  void read() throws IOException {
    page = Files.readString(PAGE);
    Path certificate = KeyPairFiles.make(folder, "client");
    Files.copy(certificate, folder.resolve("ca.crt"));
    Files.copy(KeyPairFiles.keyOf(certificate), folder.resolve("client.key"));
  }

  @Test
  void everyKeyHasItsRowWithTypeAndDefault() throws Exception {
    Map<String, SettingKey> rows = new TreeMap<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row ->
                rows.put(
                    row.group(1),
                    new SettingKey(row.group(1), row.group(2).strip(), row.group(3).strip())));
    Map<String, SettingKey> keys = new TreeMap<>();
    for (String example : examples()) {
      keys(example).forEach(key -> keys.put(key.path(), key));
    }

    assertThat(keys).hasSizeGreaterThan(60);
    assertThat(rows).isEqualTo(keys);
  }

  private List<String> examples() {
    return EXAMPLE
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .map(text -> text.replaceAll("/etc/outrigger|/var/lib/outrigger", folder.toString()))
        .toList();
  }

  /** Fails with the problems that the example has. */
  private List<SettingKey> keys(String example) throws Exception {
    Path file = Files.writeString(folder.resolve("outrigger.yaml"), example);
    Map<String, ProviderFactory> factories = Providers.load();
    var document = new ConfigReader(factories.keySet(), "(own)", address -> true).read(file);
    List<Provider> made = new ArrayList<>();
    for (NodeConfig node : document.config().nodes()) {
      ProviderContext context = new ProviderContext(node.name(), Clock.systemUTC());
      made.add(requireNonNull(factories.get(node.provider())).create(context, node.settings()));
    }
    made.forEach(Provider::close);
    document.finish();
    return document.top().keys().stream()
        .map(
            key ->
                new SettingKey(
                    key.path(),
                    key.type(),
                    key.fallback().replace(System.getProperty("user.home"), "~")))
        .toList();
  }
}
