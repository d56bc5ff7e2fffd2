package dev.outrigger.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "busybox",
        "busybox:1.37",
        "amazon/aws-lambda-base-docker:latest",
        "localhost/a",
        "localhost:5000/a/b:TAG",
        "Registry/a",
        "[::1]:5000/a",
        "123456789012.dkr.ecr.us-west-2.amazonaws.com/a__b/c-d:x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      })
  void whatAKubeletWouldPullIsNoProblem(String image) {
    assertThat(ImageName.problem(image)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPPER case | invalid reference format: repository name (library/UPPER case) must be lowercase",
        "Not:A:Name | invalid reference format: repository name (library/Not) must be lowercase",
        "a:b:c | invalid reference format",
        "a b | invalid reference format",
        "- | invalid reference format",
        "example.com/A | invalid reference format: repository name (A) must be lowercase",
        "a@sha256:01 | invalid reference format",
        "a@sha256:0123456789abcdef0123456789abcdef | invalid checksum digest length",
        "a@sha1:0123456789abcdef0123456789abcdef | unsupported digest algorithm",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef | invalid repository name"
            + " (0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef), cannot specify"
            + " 64-byte hexadecimal strings",
      })
  void whatAKubeletWouldNotTryIsToldInItsWords(String image, String why) {
    assertThat(ImageName.problem(image))
        .contains(
            "Failed to apply default image tag \"%s\": couldn't parse image name \"%s\": %s"
                .formatted(image, image, why));
  }

  @Test
  void aNameThatIsTooLongIsTold() {
    assertThat(ImageName.problem("a".repeat(256)).orElseThrow())
        .endsWith("repository name must not be more than 255 characters");
  }
}
