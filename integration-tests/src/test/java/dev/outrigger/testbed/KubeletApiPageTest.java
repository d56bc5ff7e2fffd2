package dev.outrigger.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.Facility;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderContext;
import dev.outrigger.provider.ProviderFactory;
import dev.outrigger.provider.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/reference/kubelet-api.md}: its providers have what it says, its tests exist. */
final class KubeletApiPageTest {

  private static final Path PAGE = Path.of("../docs/reference/kubelet-api.md");
  private static final String TABLE = "| `kubectl` | ";
  private static final Pattern NAMED_TEST =
      Pattern.compile("`(?:\\w+\\.)?([A-Z]\\w+Test)(?:\\.(\\w+))?`");

  /** What a node of each cannot do without; nothing is called. */
  private static final Map<String, Map<String, Object>> SETTINGS =
      Map.of(
          "ecs",
          Map.of(
              "region", "us-west-2",
              "cluster", "default",
              "subnets", List.of("subnet-1"),
              "executionRoleArn", "arn:aws:iam::000000000000:role/execution",
              "taskRoleArn", "arn:aws:iam::000000000000:role/task"),
          "lambda",
          Map.of("region", "us-west-2", "role", "arn:aws:iam::000000000000:role/lambda"));

  @Test
  void everyProviderHasWhatItsColumnSays(@TempDir Path folder) throws IOException {
    List<List<String>> table = table();
    List<String> names = table.getFirst().subList(1, table.getFirst().size());

    for (int column = 0; column < names.size(); column++) {
      String name = names.get(column).replace("`", "");
      int cell = column + 1;
      try (Provider provider = provider(name, folder)) {
        List<String> said = table.stream().skip(1).map(row -> row.get(cell)).toList();
        assertThat(said).as(name).hasSize(5);
        assertThat(said.get(0).startsWith("yes")).isEqualTo(provider.logs().isPresent());
        check(said.get(1), provider.exec().isPresent(), provider, Facility.EXEC);
        check(said.get(2), provider.attach().isPresent(), provider, Facility.ATTACH);
        check(said.get(3), provider.ports().isPresent(), provider, Facility.PORTS);
        assertThat(said.get(4).startsWith("yes")).isEqualTo(provider.stats().isPresent());
      }
    }
  }

  private static void check(String said, boolean has, Provider provider, Facility facility) {
    if (has) {
      assertThat(said).startsWith("yes");
    } else {
      assertThat(said)
          .isEqualTo("501, since " + provider.capabilities().lacks().getOrDefault(facility, ""));
    }
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<String> missing = new ArrayList<>();
    for (MatchResult named : NAMED_TEST.matcher(Files.readString(PAGE)).results().toList()) {
      if (sources(named.group(1)).noneMatch(source -> has(source, named.group(2)))) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean has(String source, @Nullable String method) {
    return method == null || source.contains(" " + method + "(");
  }

  /** Of the test classes of that name, in whatever module. */
  private static Stream<String> sources(String name) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String modules : List.of(".", "adapters", "node-agent")) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(Path.of("..", modules))) {
        for (Path module : each) {
          Path tests = module.resolve("src/test/java");
          if (Files.isDirectory(tests)) {
            collect(tests, name + ".java", found);
          }
        }
      }
    }
    return found.stream().map(KubeletApiPageTest::read);
  }

  private static void collect(Path tests, String file, List<Path> found) throws IOException {
    try (Stream<Path> files = Files.walk(tests)) {
      files.filter(f -> f.endsWith(file)).forEach(found::add);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its head, and its rows without the line between. */
  private static List<List<String>> table() throws IOException {
    return Files.readString(PAGE)
        .lines()
        .dropWhile(line -> !line.startsWith(TABLE))
        .takeWhile(line -> line.startsWith("|"))
        .filter(line -> !line.startsWith("|---"))
        .map(line -> Stream.of(line.split("\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  private static Provider provider(String name, Path folder) {
    ProviderFactory factory =
        ServiceLoader.load(ProviderFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow();
    Map<String, Object> values =
        SETTINGS.getOrDefault(name, Map.of("root", folder.resolve(name).toString()));
    Settings settings = new Settings(name, values, new ArrayList<>());
    Provider provider = factory.create(new ProviderContext("n", Clock.systemUTC()), settings);
    assertThat(settings.problems()).isEmpty();
    return provider;
  }
}
