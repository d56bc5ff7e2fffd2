package dev.outrigger.agent.kubelet.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.outrigger.provider.TerminalSize;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of the client's terminal: JSON objects one after the other. As the kubelet does, what
 * cannot be read ends the resizing and no more.
 */
final class ResizeInput implements Inbound {

  private static final int LONGEST = 1024;
  private static final ObjectReader READER =
      JsonMapper.builder()
          .configure(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES, true)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .build()
          .readerFor(Size.class);

  /** client-go's TerminalSize. */
  record Size(int width, int height) {

    boolean valid() {
      return width >= 0 && width <= 0xffff && height >= 0 && height <= 0xffff;
    }
  }

  /** Of the event loop. */
  private final StringBuilder text = new StringBuilder();

  private boolean broken;

  // Guarded by this.
  private @Nullable TerminalSize last;
  private @Nullable Consumer<TerminalSize> listener;

  @Override
  public void data(ByteBuf data) {
    try {
      if (!broken) {
        text.append(data.toString(StandardCharsets.ISO_8859_1));
        parse();
      }
    } finally {
      data.release();
    }
  }

  private void parse() {
    for (int end = text.indexOf("}"); end >= 0 && !broken; end = text.indexOf("}")) {
      String object = text.substring(0, end + 1);
      text.delete(0, end + 1);
      try {
        Size size = READER.readValue(object);
        broken = !size.valid();
        if (!broken) {
          resized(new TerminalSize(size.width(), size.height()));
        }
      } catch (JsonProcessingException e) {
        broken = true;
      }
    }
    broken |= text.length() > LONGEST;
  }

  private synchronized void resized(TerminalSize size) {
    last = size;
    if (listener != null) {
      listener.accept(size);
    }
  }

  synchronized void onResize(Consumer<TerminalSize> told) {
    listener = told;
    if (last != null) {
      told.accept(last);
    }
  }

  @Override
  public void end() {}

  @Override
  public void close() {}
}
