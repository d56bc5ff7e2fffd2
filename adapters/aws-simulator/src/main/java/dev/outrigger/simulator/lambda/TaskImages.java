package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.image.Image;
import dev.outrigger.simulator.image.ImageCatalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image name means to Lambda.
 *
 * @param demo the folder of the demo's handlers
 */
record TaskImages(ImageCatalogue catalogue, boolean strict, Path demo) {

  /** The image with its root; empty when it does not exist. */
  Optional<Image> find(String name) {
    Optional<Image> found = catalogue.find(name);
    if (found.isEmpty() || found.get().root() != null) {
      return found;
    }
    return strict && !name.contains(LambdaConfig.DEMO_IMAGE)
        ? Optional.empty()
        : Optional.of(new Image(name, demo, List.of(), List.of(), Map.of()));
  }
}
