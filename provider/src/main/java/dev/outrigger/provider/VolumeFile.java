package dev.outrigger.provider;

import java.util.Arrays;

/**
 * One file of a resolved volume.
 *
 * @param path relative to the volume's root, without {@code ..}; separated by {@code /}
 * @param mode permission bits, for example 0644
 * @param sensitive whether the content came from a Secret or a token
 */
public record VolumeFile(String path, byte[] content, int mode, boolean sensitive) {

  public VolumeFile {
    if (path.isEmpty() || path.startsWith("/") || Arrays.asList(path.split("/")).contains("..")) {
      throw new IllegalArgumentException("volume file path must be relative without ..: " + path);
    }
    content = content.clone();
  }

  @Override
  public byte[] content() {
    return content.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VolumeFile that
        && path.equals(that.path)
        && mode == that.mode
        && sensitive == that.sensitive
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return path.hashCode() * 31 + Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return path + " (" + content.length + " bytes, mode " + Integer.toOctalString(mode) + ")";
  }
}
