package dev.outrigger.ecs.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandDecoderTest {

  private static final String NONCE = "0123456789abcdef";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();
  private final List<CommandEvent> others = new ArrayList<>();

  private void feed(CommandDecoder decoder, String text, int piece) {
    byte[] all = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int from = 0; from < all.length; from += piece) {
      byte[] part = Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
      for (CommandEvent event : decoder.feed(part)) {
        if (event instanceof CommandEvent.Output(byte[] data, boolean isError)) {
          (isError ? error : out).writeBytes(data);
        } else {
          others.add(event);
        }
      }
    }
  }

  @Test
  void streamsComeApartHoweverTheyAreMixedAndCut() {
    // "hello" and "hell" in base64, with "ok" as error digits in between.
    String mixed = "noise~" + NONCE + "-R~aGVs*_bG8=\r\n*<aGVsbA==\r\n~" + NONCE + "-E7~late";
    for (int piece = 1; piece < mixed.length(); piece++) {
      out.reset();
      error.reset();
      others.clear();
      feed(new CommandDecoder(NONCE, false), mixed, piece);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hellohell");
      assertThat(error.toByteArray()).containsExactly('o', 'k');
      assertThat(others).containsExactly(new CommandEvent.Ready(), new CommandEvent.Ended(7));
    }
  }

  @Test
  void terminalsTextPassesEvenWhereItLooksLikeAMark() {
    String text = "~~01~" + NONCE.substring(3) + "~" + NONCE + "\r\n~" + NONCE;
    for (int piece = 1; piece < 40; piece++) {
      out.reset();
      others.clear();
      String whole = "~" + NONCE + "-W~\r\n~" + NONCE + "-R~" + text + "~" + NONCE + "-E130~";
      feed(new CommandDecoder(NONCE, true), whole, piece);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(text);
      assertThat(others)
          .containsExactly(
              new CommandEvent.Waiting(), new CommandEvent.Ready(), new CommandEvent.Ended(130));
    }
  }

  @Test
  void inputChunksFitAMessageAndNeverEndTheInput() {
    byte[] data = new byte[10_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i % 7 == 0 ? '\n' : i % 3 == 0 ? 4 : i % 5 == 0 ? 22 : i);
    }
    for (int length : new int[] {1, 2, 1021, 1022, 1023, 1024, 5000, data.length}) {
      for (byte[] chunk : TerminalInput.encode(data, length)) {
        assertThat(chunk.length).isBetween(1, Payload.LARGEST);
        assertThat(chunk[0]).as("a chunk that is only the end").isNotEqualTo((byte) 4);
        boolean handedOver = chunk[chunk.length - 1] == '\n' || chunk[chunk.length - 1] == 4;
        assertThat(handedOver).isTrue();
      }
    }
  }

  @Test
  void quotingSurvivesTheAgentsWordSplitting() {
    assertThat(WrappedCommand.direct(List.of("a b", "it's", "", "\\\"#$")))
        .isEqualTo("'a b' 'it'\\''s' '' '\\\"#$'");
  }
}
