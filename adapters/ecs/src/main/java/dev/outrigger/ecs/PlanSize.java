package dev.outrigger.ecs;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Refusals;
import dev.outrigger.provider.SensitiveText;
import io.fabric8.kubernetes.api.model.Container;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;

/** Keeps a Pod within AWS's sizes, naming what is too large. Pure. */
final class PlanSize {

  /**
   * Bytes of a task definition (ECS service quotas: 64 KiB), less a little: AWS does not say which
   * form it counts.
   */
  static final int LARGEST = 63 * 1024;

  /** Bytes of a secret's value (Secrets Manager quotas). */
  private static final int LARGEST_SECRET = 65_536;

  /** As long as an ARN of a secret made here. */
  private static final String SOME_ARN = "a".repeat(180);

  private PlanSize() {}

  /** A place in the Pod, and how much it brings. */
  private record Part(String path, int bytes, boolean sensitive) {}

  /** Something as long as where each sensitive value will stand. */
  static Map<SensitiveText, String> placeholders(PodWork work) {
    Map<SensitiveText, String> places = new HashMap<>();
    for (List<ContainerWork> containers : List.of(work.initContainers(), work.containers())) {
      for (ContainerWork container : containers) {
        container.env().stream()
            .map(EnvVariable::value)
            .filter(SecretStore::keeps)
            .forEach(value -> places.put(value, SOME_ARN));
      }
    }
    return places;
  }

  /** Each value that does not fit into a secret. */
  static void checkSecrets(PodWork work, Refusals refusals) {
    for (Part part : parts(work)) {
      if (part.sensitive() && part.bytes() > LARGEST_SECRET) {
        refusals.invalid(
            part.path(),
            "is %,d bytes, and Secrets Manager holds %,d: let the program read it from S3"
                .formatted(part.bytes(), LARGEST_SECRET));
      }
    }
  }

  /**
   * @throws ProviderException.Invalid naming the largest of what makes it too large
   */
  static void check(PodWork work, RegisterTaskDefinitionRequest shape)
      throws ProviderException.Invalid {
    int size = bytes(SdkJson.canonical(shape));
    if (size > LARGEST) {
      Part largest =
          parts(work).stream()
              .filter(p -> !p.sensitive())
              .max(Comparator.comparingInt(Part::bytes))
              .orElseThrow();
      throw new ProviderException.Invalid(
          largest.path(),
          ("is %,d bytes, and all of the Pod's arguments and plain variables make a task definition"
                  + " of %,d, of which ECS takes %,d: keep large values in a Secret, in the image or"
                  + " in S3")
              .formatted(largest.bytes(), size, LARGEST));
    }
  }

  private static List<Part> parts(PodWork work) {
    List<Part> parts = new ArrayList<>();
    var spec = work.pod().getSpec();
    collect("spec.initContainers", work.initContainers(), spec.getInitContainers(), parts);
    collect("spec.containers", work.containers(), spec.getContainers(), parts);
    return parts;
  }

  private static void collect(
      String path, List<ContainerWork> works, List<Container> specs, List<Part> parts) {
    for (int i = 0; i < works.size(); i++) {
      String at = path + "[" + i + "].";
      ContainerWork work = works.get(i);
      parts.add(words(at + "command", work.command()));
      parts.add(words(at + "args", work.args()));
      for (EnvVariable variable : ContainerMapper.lastOfEach(work.env())) {
        SensitiveText value = variable.value();
        String place = at + place(specs.get(i), variable);
        parts.add(new Part(place, bytes(value.reveal()), value.isSensitive()));
      }
    }
  }

  private static Part words(String path, List<String> words) {
    return new Part(path, words.stream().mapToInt(PlanSize::bytes).sum(), false);
  }

  private static String place(Container spec, EnvVariable variable) {
    return IntStream.range(0, spec.getEnv().size())
        .filter(i -> spec.getEnv().get(i).getName().equals(variable.name()))
        .mapToObj(i -> "env[" + i + "]")
        .reduce((first, last) -> last)
        .orElse("envFrom");
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
