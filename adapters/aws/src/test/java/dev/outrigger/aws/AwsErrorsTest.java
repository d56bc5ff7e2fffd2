package dev.outrigger.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ProviderException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.apache.ApacheHttpClient;

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
  void aCallForWhichNoConnectionBecameFreeNeverLeft() throws Exception {
    try (var silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        var oneAtATime =
            ApacheHttpClient.builder()
                .maxConnections(1)
                .connectionAcquisitionTimeout(Duration.ofMillis(100))
                .build()) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      Thread first =
          Thread.ofVirtual().start(() -> assertThatThrownBy(() -> get(oneAtATime, address)));
      try (var _ = silent.accept()) {
        assertThatThrownBy(() -> get(oneAtATime, address))
            .satisfies(e -> assertThat(AwsErrors.neverLeft(wrapped(e))).isTrue());
      }
      assertThat(first.join(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void aConnectionThatBrokeMayHaveCarriedTheCall() {
    assertThat(AwsErrors.neverLeft(wrapped(new SocketException("Connection reset")))).isFalse();
    assertThat(AwsErrors.neverLeft(wrapped(new ConnectException("refused")))).isTrue();
  }

  private static void get(SdkHttpClient client, URI address) throws IOException {
    SdkHttpRequest request =
        SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(address).build();
    client.prepareRequest(HttpExecuteRequest.builder().request(request).build()).call();
  }

  private static SdkClientException wrapped(Throwable cause) {
    return SdkClientException.create("Unable to execute HTTP request", cause);
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
