package dev.outrigger.simulator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureFilterTest {
  private final FailureFilter filter = new FailureFilter(Optional.of("failed: "));

  private String pass(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(filter.pass(bytes, bytes.length), StandardCharsets.UTF_8);
  }

  @Test
  void failureIsHeldBackAndKept() {
    assertThat(pass("fai") + pass("led: no such\r\n") + pass("file\r\n")).isEmpty();

    assertThat(filter.failure()).contains("failed: no such file");
    assertThat(filter.rest()).isEmpty();
  }

  @Test
  void outputThatOnlyBeginsLikeOneIsShownWhole() {
    assertThat(pass("fa")).isEmpty();
    assertThat(pass("ll")).isEqualTo("fall");
    assertThat(pass("failed: ")).isEqualTo("failed: ");

    assertThat(filter.failure()).isEmpty();
  }

  @Test
  void outputTooShortToTellIsTheRest() {
    assertThat(pass("fa")).isEmpty();

    assertThat(filter.rest()).asString(StandardCharsets.UTF_8).isEqualTo("fa");
    assertThat(filter.failure()).isEmpty();
  }

  @Test
  void withoutASignEverythingPasses() {
    byte[] text = "failed: x".getBytes(StandardCharsets.UTF_8);
    FailureFilter open = new FailureFilter(Optional.empty());

    assertThat(open.pass(text, text.length)).isEqualTo(text);
    assertThat(open.failure()).isEmpty();
  }
}
