package dev.outrigger.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.ProviderException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.SdkHttpResponse;

class AwsErrorsTest {

  @ParameterizedTest
  @CsvSource({
    "ThrottlingException, 400, Throttled",
    "TooManyRequestsException, 429, Throttled",
    "AccessDeniedException, 400, PermissionDenied",
    "UnrecognizedClientException, 400, PermissionDenied",
    "Strange, 403, PermissionDenied",
    "LimitExceededException, 400, QuotaExceeded",
    "ResourceNotFoundException, 404, NotFound",
    "ConflictException, 400, Conflict",
    "ResourceConflictException, 409, Conflict",
    "ServerException, 500, Unavailable",
    "Strange, 503, Unavailable",
    "ClusterNotFoundException, 400, Unavailable",
    "InvalidParameterException, 400, Invalid",
    "ClientException, 400, Invalid",
  })
  void serviceErrorsAreMappedByCodeAndStatus(String code, int status, String kind) {
    assertThat(AwsErrors.map("ecs:RunTask", answer(code, status)).getClass().getSimpleName())
        .isEqualTo(kind);
  }

  @Test
  void aLostAnswerIsUnavailable() {
    assertThat(AwsErrors.map("ecs:RunTask", ApiCallTimeoutException.create(1000)))
        .isInstanceOf(ProviderException.Unavailable.class);
  }

  @Test
  void thePermissionThatIsMissingIsNamed() {
    ProviderException mapped = AwsErrors.map("ecs:RunTask", answer("AccessDenied", 403));
    assertThat(((ProviderException.PermissionDenied) mapped).action()).isEqualTo("ecs:RunTask");
  }

  @Test
  void retryAfterIsPassedOn() {
    ProviderException mapped = AwsErrors.map("ecs:RunTask", answer("ThrottlingException", 400));
    assertThat(((ProviderException.Throttled) mapped).retryAfter()).contains(Duration.ofSeconds(7));
  }

  private static AwsServiceException answer(String code, int status) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode(code)
                .errorMessage("words")
                .sdkHttpResponse(
                    SdkHttpResponse.builder()
                        .statusCode(status)
                        .putHeader("Retry-After", "7")
                        .build())
                .build())
        .build();
  }
}
