package dev.outrigger.ecs.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads what {@link WrappedCommand}'s scripts write. Before the mark of the start everything is
 * noise. Marks may be cut anywhere. Not thread-safe.
 */
final class CommandDecoder {

  private static final int LONGEST_WORD = 40;
  private static final int[] DIGIT = new int[256];
  private static final int[] ERROR_DIGIT = new int[256];

  static {
    Arrays.fill(DIGIT, -1);
    Arrays.fill(ERROR_DIGIT, -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      DIGIT[alphabet.charAt(i)] = i;
    }
    for (int i = 0; i < WrappedCommand.ERROR_DIGITS.length(); i++) {
      ERROR_DIGIT[WrappedCommand.ERROR_DIGITS.charAt(i)] = i;
    }
  }

  private final byte[] prefix;
  private final boolean terminal;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  /** What may be a mark: empty, or starts as one. */
  private final ByteArrayOutputStream mark = new ByteArrayOutputStream();

  private boolean ready;
  private boolean ended;
  private int bits;
  private int digits;
  private int half = -1;

  CommandDecoder(String nonce, boolean terminal) {
    this.prefix = (WrappedCommand.MARK + nonce + "-").getBytes(StandardCharsets.US_ASCII);
    this.terminal = terminal;
  }

  List<CommandEvent> feed(byte[] data) {
    List<CommandEvent> events = new ArrayList<>();
    for (byte b : data) {
      if (!ended) {
        take(b, events);
      }
    }
    flush(events);
    return events;
  }

  private void take(byte b, List<CommandEvent> events) {
    int size = mark.size();
    if (size < prefix.length ? b == prefix[size] : size - prefix.length < LONGEST_WORD) {
      mark.write(b);
      if (size >= prefix.length && b == WrappedCommand.MARK) {
        String whole = mark.toString(StandardCharsets.US_ASCII);
        mark.reset();
        flush(events);
        event(whole.substring(prefix.length, whole.length() - 1)).ifPresent(events::add);
      }
    } else if (size > 0) {
      byte[] none = mark.toByteArray();
      mark.reset();
      for (byte earlier : none) {
        plain(earlier);
      }
      take(b, events);
    } else {
      plain(b);
    }
  }

  private Optional<CommandEvent> event(String word) {
    String value = word.substring(1);
    return switch (word.substring(0, 1)) {
      case WrappedCommand.WAITING -> Optional.of(new CommandEvent.Waiting());
      case WrappedCommand.READY -> {
        ready = true;
        yield Optional.of(new CommandEvent.Ready());
      }
      case WrappedCommand.EXIT -> {
        ended = true;
        int code = value.matches("\\d{1,3}") ? Integer.parseInt(value) : 255;
        yield Optional.of(new CommandEvent.Ended(Math.min(code, 255)));
      }
      case WrappedCommand.MISSING -> {
        ended = true;
        yield Optional.of(new CommandEvent.Missing(value));
      }
      case WrappedCommand.NOT_FOUND -> {
        ended = true;
        yield Optional.of(new CommandEvent.NotFound());
      }
      default -> Optional.empty();
    };
  }

  private void plain(byte b) {
    if (!ready) {
      return;
    }
    int c = b & 0xff;
    if (terminal) {
      out.write(c);
    } else if (DIGIT[c] >= 0) {
      bits = bits << 6 | DIGIT[c];
      if (++digits == 4) {
        write(3);
      }
    } else if (c == '=' && digits > 1) {
      bits <<= 6 * (4 - digits);
      write(digits - 1);
    } else if (ERROR_DIGIT[c] >= 0) {
      if (half < 0) {
        half = ERROR_DIGIT[c];
      } else {
        error.write(half << 4 | ERROR_DIGIT[c]);
        half = -1;
      }
    }
  }

  private void write(int count) {
    for (int i = 0; i < count; i++) {
      out.write(bits >> (16 - 8 * i));
    }
    bits = 0;
    digits = 0;
  }

  private void flush(List<CommandEvent> events) {
    if (out.size() > 0) {
      events.add(new CommandEvent.Output(out.toByteArray(), false));
      out.reset();
    }
    if (error.size() > 0) {
      events.add(new CommandEvent.Output(error.toByteArray(), true));
      error.reset();
    }
  }
}
