package dev.outrigger.aws;

import dev.outrigger.provider.ProviderException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.http.conn.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Maps what the SDK throws to the contract's kinds, by error code and HTTP status. */
public final class AwsErrors {

  private static final Set<String> PERMISSION =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "UnauthorizedOperation",
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "MissingAuthenticationToken",
          "IncompleteSignature",
          "ExpiredToken",
          "ExpiredTokenException",
          "OptInRequired",
          "KMSAccessDeniedException");

  private static final Set<String> QUOTA =
      Set.of(
          "LimitExceededException",
          "CodeStorageExceededException",
          "ServiceQuotaExceededException",
          "EC2ThrottledException",
          "ENILimitReachedException",
          "SubnetIPAddressLimitReachedException",
          "AttributeLimitExceededException");

  private static final Set<String> CONFLICT =
      Set.of(
          "ConflictException",
          "ResourceConflictException",
          "ResourceAlreadyExistsException",
          "ResourceExistsException",
          "PreconditionFailedException");

  private static final Set<String> NOT_FOUND =
      Set.of(
          "ResourceNotFoundException",
          "TaskSetNotFoundException",
          "NoSuchEntity",
          "NoSuchResourceException");

  private static final Set<String> UNAVAILABLE =
      Set.of(
          "ServiceUnavailable",
          "ServiceUnavailableException",
          "ServiceException",
          "ServerException",
          "InternalFailure",
          "InternalError",
          "InternalServiceError",
          "RequestTimeout",
          "RequestTimeoutException",
          "ClusterNotFoundException",
          "ResourceNotReadyException");

  private AwsErrors() {}

  /**
   * @param action as IAM names it, for example {@code ecs:RunTask}
   */
  public static ProviderException map(String action, SdkException error) {
    if (error instanceof AwsServiceException service) {
      return mapAnswer(action, service);
    }
    if (error instanceof AbortedException) {
      Thread.currentThread().interrupt();
      return new ProviderException.Unavailable(action + " was interrupted", error);
    }
    return new ProviderException.Unavailable(action + ": " + error.getMessage(), error);
  }

  /**
   * Whether a call certainly never reached AWS: no connection could be made, or none became free.
   */
  public static boolean neverLeft(SdkException error) {
    for (@Nullable Throwable t = error; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof UnknownHostException
          || t instanceof ConnectTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** The service's error code, or the HTTP status when it gave none. */
  public static String code(AwsServiceException error) {
    var details = error.awsErrorDetails();
    return details == null || details.errorCode() == null
        ? "HTTP" + error.statusCode()
        : details.errorCode();
  }

  private static ProviderException mapAnswer(String action, AwsServiceException error) {
    String code = code(error);
    String message = action + ": " + code + ": " + words(error);
    if (error.isThrottlingException() || error.statusCode() == 429) {
      return new ProviderException.Throttled(message, retryAfter(error));
    }
    if (PERMISSION.contains(code) || error.statusCode() == 401 || error.statusCode() == 403) {
      return new ProviderException.PermissionDenied(action, message);
    }
    if (QUOTA.contains(code)) {
      return new ProviderException.QuotaExceeded(message);
    }
    if (NOT_FOUND.contains(code)) {
      return new ProviderException.NotFound(message);
    }
    if (CONFLICT.contains(code)) {
      return new ProviderException.Conflict(message);
    }
    if (UNAVAILABLE.contains(code) || error.statusCode() >= 500 || error.statusCode() == 408) {
      return new ProviderException.Unavailable(message, error);
    }
    return new ProviderException.Invalid("spec", message);
  }

  private static String words(AwsServiceException error) {
    var details = error.awsErrorDetails();
    return details == null || details.errorMessage() == null ? "" : details.errorMessage();
  }

  private static Optional<Duration> retryAfter(AwsServiceException error) {
    var details = error.awsErrorDetails();
    if (details == null || details.sdkHttpResponse() == null) {
      return Optional.empty();
    }
    return details.sdkHttpResponse().headers().entrySet().stream()
        .filter(h -> h.getKey().toLowerCase(Locale.ROOT).equals("retry-after"))
        .flatMap(h -> h.getValue().stream())
        .filter(v -> v.matches("\\d{1,6}"))
        .map(v -> Duration.ofSeconds(Long.parseLong(v)))
        .findFirst();
  }
}
