package dev.outrigger.simulator.lambda;

import org.jspecify.annotations.Nullable;

/**
 * What a function runs.
 *
 * @param sha256 Base64 of the zip's SHA-256, or hex of the image's
 * @param size bytes of the zip, 0 for an image
 * @param image the image, or null for a zip
 */
record FunctionCode(String sha256, long size, @Nullable String image) {
  boolean isImage() {
    return image != null;
  }
}
