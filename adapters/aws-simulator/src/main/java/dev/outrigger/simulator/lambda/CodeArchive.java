package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A deployment package. Files keep the permissions that the zip gives them and are not executable
 * when it gives none, as on AWS: a {@code bootstrap} zipped without its mode cannot be run there.
 */
final class CodeArchive {
  private static final String NO_MODE = "rw-r--r--";

  private CodeArchive() {}

  /** SHA-256 as CodeSha256 shows it. */
  static String sha256(byte[] content) {
    return Base64.getEncoder().encodeToString(digest(content));
  }

  static String sha256Hex(byte[] content) {
    return HexFormat.of().formatHex(digest(content));
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Refuses what is no zip.
   *
   * @throws AwsFault InvalidParameterValueException
   */
  static void check(byte[] zip) {
    if (zip.length < 4 || zip[0] != 'P' || zip[1] != 'K') {
      throw LambdaFaults.invalid("Could not unzip uploaded file. Please check your file.");
    }
  }

  /**
   * Unpacks into a folder that does not exist yet.
   *
   * @throws AwsFault InvalidParameterValueException when the zip is broken or leaves the folder
   */
  static void unpack(byte[] zip, Path folder) {
    try {
      Path file = Files.createTempFile(folder.getParent(), "code", ".zip");
      try {
        Files.write(file, zip);
        unpack(file, folder);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw LambdaFaults.invalid("Could not unzip uploaded file. Please check your file.");
    }
  }

  private static void unpack(Path zip, Path folder) throws IOException {
    Map<String, Object> options =
        Map.of("enablePosixFileAttributes", true, "defaultPermissions", NO_MODE);
    try (FileSystem files = FileSystems.newFileSystem(zip, options);
        Stream<Path> tree = Files.walk(files.getPath("/"))) {
      List<Path> entries = tree.toList();
      for (Path entry : entries) {
        Path target = folder.resolve(entry.toString().substring(1)).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("an entry leaves the package");
        }
        copy(entry, target);
      }
    }
  }

  private static void copy(Path entry, Path target) throws IOException {
    if (Files.isDirectory(entry)) {
      Files.createDirectories(target);
      return;
    }
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.copy(entry, target);
    Files.setPosixFilePermissions(
        target,
        PosixFilePermissions.fromString(
            readable(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)))));
  }

  /** A package whose files nobody may read would not run here either, but must be deletable. */
  private static String readable(String permissions) {
    return permissions.startsWith("r") ? permissions : "r" + permissions.substring(1);
  }

  /** Removes a folder with all that is in it; what is gone already is no error. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path each : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
