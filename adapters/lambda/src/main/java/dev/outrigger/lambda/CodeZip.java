package dev.outrigger.lambda;

import dev.outrigger.provider.VolumeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Zips files so that equal files give equal bytes: sorted, stored, without times. Written by hand
 * because {@link java.util.zip.ZipOutputStream} cannot set Unix modes, without which a {@code
 * bootstrap} is not executable on Lambda.
 */
final class CodeZip {

  private static final int MADE_ON_UNIX = 3 << 8 | 20;
  private static final int REGULAR_FILE = 0100000;
  private static final int UTF8_NAMES = 0x0800;
  private static final int DOS_1980 = 0x0021;

  private CodeZip() {}

  /** A zip of the files; all are readable and executable, as nothing says which a script is. */
  @SuppressWarnings("ByteBufferBackingArray") // little() allocates them
  static byte[] of(List<VolumeFile> files) {
    List<VolumeFile> sorted =
        files.stream().sorted(Comparator.comparing(VolumeFile::path)).toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream directory = new ByteArrayOutputStream();
    try {
      for (VolumeFile file : sorted) {
        int offset = out.size();
        byte[] name = file.path().getBytes(StandardCharsets.UTF_8);
        byte[] content = file.content();
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer common = common((int) crc.getValue(), content.length, name.length);
        out.write(little(4).putInt(0x04034b50).array());
        out.write(common.array());
        out.write(name);
        out.write(content);
        directory.write(little(6).putInt(0x02014b50).putShort((short) MADE_ON_UNIX).array());
        directory.write(common.array());
        directory.write(
            little(14)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt((REGULAR_FILE | file.mode() | 0555) << 16)
                .putInt(offset)
                .array());
        directory.write(name);
      }
      int start = out.size();
      out.write(directory.toByteArray());
      out.write(end(sorted.size(), directory.size(), start));
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private static ByteBuffer common(int crc, int size, int nameLength) {
    return little(26)
        .putShort((short) 20)
        .putShort((short) UTF8_NAMES)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) DOS_1980)
        .putInt(crc)
        .putInt(size)
        .putInt(size)
        .putShort((short) nameLength)
        .putShort((short) 0);
  }

  @SuppressWarnings("ByteBufferBackingArray")
  private static byte[] end(int count, int directorySize, int directoryStart) {
    return little(22)
        .putInt(0x06054b50)
        .putInt(0)
        .putShort((short) count)
        .putShort((short) count)
        .putInt(directorySize)
        .putInt(directoryStart)
        .putShort((short) 0)
        .array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
