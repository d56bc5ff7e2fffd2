package dev.outrigger.local;

import dev.outrigger.provider.VolumeFile;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The files of a volume as the kubelet lays them out (pkg/volume/util/atomic_writer.go), so that
 * readers see either all of the old content or all of the new one:
 *
 * <pre>
 *   colour                      -> ..data/colour
 *   ..data                      -> ..2026_01_31_12_00_00.1b2c
 *   ..2026_01_31_12_00_00.1b2c/   colour
 * </pre>
 */
record FileVolume(Path folder) {

  private static final String DATA = "..data";
  private static final String NEXT_DATA = "..data_tmp";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("'..'yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);
  private static final Set<PosixFilePermission> FOLDER_MODE = permissions(0755);

  /**
   * Makes these the volume's files. Not for two callers at a time.
   *
   * @return whether any of them differed from what was there
   */
  boolean write(List<VolumeFile> files, Instant now) throws IOException {
    Map<String, VolumeFile> wanted = new TreeMap<>();
    files.forEach(f -> wanted.put(f.path(), f)); // of two with one path, the last, as the kubelet
    createFolder(folder);
    Optional<Path> old = data();
    boolean changed = old.isEmpty() || !holds(old.get(), wanted);
    if (changed) {
      swap(writeNew(wanted, now));
    }
    link(wanted);
    unlinkOthers(wanted);
    if (changed && old.isPresent()) {
      Trees.remove(old.get());
    }
    return changed;
  }

  /** The folder that holds the files at present. */
  private Optional<Path> data() throws IOException {
    Path link = folder.resolve(DATA);
    return Files.isSymbolicLink(link)
        ? Optional.of(folder.resolve(Files.readSymbolicLink(link)))
        : Optional.empty();
  }

  private static boolean holds(Path data, Map<String, VolumeFile> wanted) throws IOException {
    if (!Files.isDirectory(data)) {
      return false;
    }
    int found = 0;
    try (var entries = Files.walk(data)) {
      for (Path file : entries.filter(Files::isRegularFile).toList()) {
        VolumeFile same = wanted.get(data.relativize(file).toString());
        if (same == null || !java.util.Arrays.equals(Files.readAllBytes(file), same.content())) {
          return false;
        }
        found++;
      }
    }
    return found == wanted.size();
  }

  private Path writeNew(Map<String, VolumeFile> wanted, Instant now) throws IOException {
    String random = UUID.randomUUID().toString().substring(0, 8);
    Path data = folder.resolve(STAMP.format(now) + random);
    createFolder(data);
    for (VolumeFile file : wanted.values()) {
      Path parent = data;
      Path relative = Path.of(file.path());
      for (int i = 0; i < relative.getNameCount() - 1; i++) {
        parent = parent.resolve(relative.getName(i));
        createFolder(parent);
      }
      Path target = data.resolve(relative);
      Files.createFile(
          target,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(target, file.content());
      Files.setPosixFilePermissions(target, permissions(file.mode()));
    }
    return data;
  }

  private void swap(Path data) throws IOException {
    Path next = folder.resolve(NEXT_DATA);
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, data.getFileName());
    try {
      Files.move(next, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("a volume's files cannot be swapped", e);
    }
  }

  private void link(Map<String, VolumeFile> wanted) throws IOException {
    for (String name : roots(wanted)) {
      Path link = folder.resolve(name);
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, Path.of(DATA, name));
      }
    }
  }

  private void unlinkOthers(Map<String, VolumeFile> wanted) throws IOException {
    Set<String> roots = roots(wanted);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, e -> !e.getFileName().toString().startsWith(".."))) {
      for (Path entry : entries) {
        if (Files.isSymbolicLink(entry) && !roots.contains(entry.getFileName().toString())) {
          Files.delete(entry);
        }
      }
    }
  }

  private static Set<String> roots(Map<String, VolumeFile> wanted) {
    Set<String> roots = new HashSet<>();
    wanted.keySet().forEach(path -> roots.add(Path.of(path).getName(0).toString()));
    return roots;
  }

  /** Whatever the umask. */
  private static void createFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectory(path);
      Files.setPosixFilePermissions(path, FOLDER_MODE);
    }
  }

  /** The bits of a mode, the highest for the owner's reading. */
  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from OWNER_READ to OTHERS_EXECUTE
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    return permissions;
  }
}
