package dev.outrigger.simulator.docker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The image of the container that holds a task's network namespace, as the ECS agent's pause
 * container does. No registry is needed for it: it is one program of some 130 bytes, an ELF header
 * and a system call that waits for ever.
 */
final class PauseImage {
  static final String NAME = "outrigger/pause:1";

  private static final long ADDRESS = 0x400000;
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int BLOCK = 512;

  /** The machine's number in ELF, and its instructions. */
  private record Code(int machine, byte[] instructions) {}

  /** {@code again: mov eax, 34 (pause); syscall; jmp again}. */
  private static final Code AMD64 = new Code(62, bytes(0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7));

  /** {@code again: x8 = 73 (ppoll), x0 to x3 = 0; svc 0; b again}, as pause is not there. */
  private static final Code ARM64 =
      new Code(
          183,
          words(
              0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd4000001, 0x17fffffa));

  private PauseImage() {}

  /** Gives it to the engine, unless it has it. */
  static void ensure(Docker docker, DockerImages images, String architecture)
      throws DockerException {
    if (!images.has(NAME)) {
      Code code =
          switch (architecture) {
            case "amd64" -> AMD64;
            case "arm64" -> ARM64;
            default ->
                throw new DockerException("engines on " + architecture + " are not supported");
          };
      docker.feed(
          tar("pause", elf(code)),
          List.of("import", "--change", "ENTRYPOINT [\"/pause\"]", "-", NAME));
    }
  }

  /** One segment that is the whole file; see elf(5). */
  private static byte[] elf(Code code) {
    int size = HEADER + SEGMENT + code.instructions().length;
    return ByteBuffer.allocate(size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes(0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        .putShort((short) 2) // executable
        .putShort((short) code.machine())
        .putInt(1)
        .putLong(ADDRESS + HEADER + SEGMENT) // entry
        .putLong(HEADER) // segments
        .putLong(0) // no sections
        .putInt(0)
        .putShort((short) HEADER)
        .putShort((short) SEGMENT)
        .putShort((short) 1)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(1) // load
        .putInt(5) // read, execute
        .putLong(0)
        .putLong(ADDRESS)
        .putLong(ADDRESS)
        .putLong(size)
        .putLong(size)
        .putLong(0x1000)
        .put(code.instructions())
        .array();
  }

  /** An archive of one executable file; see tar(5), the old format. */
  private static byte[] tar(String name, byte[] content) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000755");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    header[156] = '0';
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, "%06o\0".formatted(sum));
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    archive.writeBytes(header);
    archive.writeBytes(content);
    archive.writeBytes(new byte[Math.floorMod(-content.length, BLOCK) + 2 * BLOCK]);
    return archive.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, at, ascii.length);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] words(int... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }
}
