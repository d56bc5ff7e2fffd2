package dev.outrigger.simulator.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;

/** Deployment packages made in tests. */
final class Zips {
  private Zips() {}

  static SdkBytes zip(String name, String content) {
    return zip(name, content, "rwxr-xr-x");
  }

  static SdkBytes zip(String name, String content, String permissions) {
    try {
      Path folder = Files.createTempDirectory("zip");
      Path zip = folder.resolve("code.zip");
      Map<String, Object> options = Map.of("create", true, "enablePosixFileAttributes", true);
      try (FileSystem files = FileSystems.newFileSystem(zip, options)) {
        Path entry = files.getPath("/" + name);
        Files.writeString(entry, content);
        Files.setPosixFilePermissions(entry, PosixFilePermissions.fromString(permissions));
      }
      SdkBytes bytes = SdkBytes.fromByteArray(Files.readAllBytes(zip));
      CodeArchive.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
