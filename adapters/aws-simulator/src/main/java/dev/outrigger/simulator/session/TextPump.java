package dev.outrigger.simulator.session;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What the agent does to a terminal's output: characters are not split between messages, at the
 * price that U+FFFD loses two of its bytes, and that up to three last bytes that are no whole
 * character are never sent. So it is not fit for binary data, and is played here for that reason.
 */
final class TextPump {
  private static final int LONGEST = 4;
  private static final byte[] NONE = {};

  private byte[] left = NONE;

  /** What may be sent of what was read so far. */
  byte[] process(byte[] read, int count) {
    byte[] all = Arrays.copyOf(left, left.length + count);
    System.arraycopy(read, 0, all, left.length, count);
    ByteArrayOutputStream ready = new ByteArrayOutputStream(all.length);
    int at = 0;
    while (at < all.length) {
      int length = length(all, at);
      boolean replacement = length == 3 && isReplacement(all, at);
      if (length == 0 || replacement) {
        if (all.length - at < LONGEST) {
          break;
        }
        ready.write(all[at]);
        at += Math.max(1, length);
      } else {
        ready.write(all, at, length);
        at += length;
      }
    }
    left = Arrays.copyOfRange(all, at, all.length);
    return ready.toByteArray();
  }

  private static boolean isReplacement(byte[] data, int at) {
    return (data[at] & 0xff) == 0xef
        && (data[at + 1] & 0xff) == 0xbf
        && (data[at + 2] & 0xff) == 0xbd;
  }

  /** The length of the character that starts here; 0 when none does. */
  private static int length(byte[] data, int at) {
    int first = data[at] & 0xff;
    int length;
    if (first < 0x80) {
      return 1;
    } else if (first >= 0xc2 && first < 0xe0) {
      length = 2;
    } else if (first >= 0xe0 && first < 0xf0) {
      length = 3;
    } else if (first >= 0xf0 && first < 0xf5) {
      length = 4;
    } else {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if (at + i >= data.length || (data[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return isShortest(first, data[at + 1] & 0xff) ? length : 0;
  }

  private static boolean isShortest(int first, int second) {
    return switch (first) {
      case 0xe0 -> second >= 0xa0;
      case 0xed -> second < 0xa0;
      case 0xf0 -> second >= 0x90;
      case 0xf4 -> second < 0x90;
      default -> true;
    };
  }
}
