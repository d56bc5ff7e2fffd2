package dev.outrigger.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a function is invoked with. Pure. */
final class Payload {

  /** Bytes. Source: Lambda quotas, "Invocation payload", synchronous. */
  static final int MOST = 6 * 1024 * 1024;

  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Payload() {}

  /** Whether it is one JSON value, in UTF-8: Lambda refuses anything else. */
  static boolean isJson(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(text(bytes))) {
      if (parser.nextToken() == null) {
        return false;
      }
      var _ = parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JsonProcessingException | CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory can be read", e);
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  static String array(List<String> words) {
    try {
      return MAPPER.writeValueAsString(words);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings can be written as JSON", e);
    }
  }
}
