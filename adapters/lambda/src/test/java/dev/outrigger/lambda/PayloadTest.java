package dev.outrigger.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadTest {

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": [1, \"é\"]}", "7", " null "})
  void oneValueIsJson(String text) {
    assertThat(Payload.isJson(text.getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "notjson", "{} {}", "[1", "tmp/x\0\0\0\0\0\0\0100644"})
  void anythingElseIsNot(String text) {
    assertThat(Payload.isJson(text.getBytes(StandardCharsets.UTF_8))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void noOtherEncodingIsGuessed(String charset) {
    assertThat(Payload.isJson("{\"a\": 1}".getBytes(Charset.forName(charset)))).isFalse();
  }

  @Test
  void bytesThatAreNoTextAreNot() {
    assertThat(Payload.isJson(new byte[] {0, 0, 0x11, 0x22, (byte) 0xff})).isFalse();
  }
}
