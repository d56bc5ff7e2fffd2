package dev.outrigger.remote;

import dev.outrigger.provider.AlsoRefused;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.remote.v1.Failure;
import dev.outrigger.remote.v1.FailureKind;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@link ProviderException}s as a gRPC status with a {@link Failure} in the trailers, and back. */
final class WireFailure {

  static final Metadata.Key<Failure> TRAILER =
      Metadata.Key.of(
          "outrigger-failure-bin", ProtoUtils.metadataMarshaller(Failure.getDefaultInstance()));

  /** Trailers are limited to 8 KiB by most peers. */
  private static final int LONGEST_TEXT = 1500;

  private static final int LONGEST_REMEDIES = 1000;

  private WireFailure() {}

  static StatusRuntimeException toWire(ProviderException e) {
    Failure failure = failure(e);
    Metadata trailers = new Metadata();
    trailers.put(TRAILER, failure);
    return code(failure.getKind()).withDescription(cut(text(e))).asRuntimeException(trailers);
  }

  /** Whether a server of this protocol answered. */
  static boolean isOurs(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    return trailers != null && trailers.containsKey(TRAILER);
  }

  /** A failure without our detail leaves the outcome unknown. */
  static ProviderException fromWire(StatusRuntimeException e) {
    Metadata trailers = e.getTrailers();
    Failure failure = trailers == null ? null : trailers.get(TRAILER);
    return failure == null
        ? new ProviderException.Unavailable(
            "the remote provider did not answer: " + why(e.getStatus()), e)
        : fromWire(failure, e);
  }

  /** The connection's trouble has the address in it; that of TLS, what to do. */
  private static String why(Status status) {
    @Nullable Throwable cause = status.getCause();
    return TlsTrouble.of(cause)
        .or(() -> Optional.ofNullable(cause).map(Throwable::getMessage))
        .map(text -> status.getCode() + ": " + cut(text))
        .orElseGet(() -> status.getCode().toString());
  }

  private static Failure failure(ProviderException e) {
    Failure.Builder wire = Failure.newBuilder().setMessage(cut(text(e)));
    return switch (e) {
      case ProviderException.NotFound n -> wire.setKind(FailureKind.FAILURE_KIND_NOT_FOUND).build();
      case ProviderException.Invalid i ->
          wire.setKind(FailureKind.FAILURE_KIND_INVALID)
              .setPath(i.path())
              .setMessage(cut(i.reason()))
              .addAllAlso(fitting(i.also(), AlsoRefused::path, LONGEST_TEXT))
              .addAllAlsoRemedy(fitting(i.also(), AlsoRefused::remedy, LONGEST_REMEDIES))
              .build();
      case ProviderException.InvalidImage i ->
          wire.setKind(FailureKind.FAILURE_KIND_INVALID_IMAGE)
              .setPath(i.path())
              .setMessage(cut(i.reason()))
              .build();
      case ProviderException.Unsupported u ->
          wire.setKind(FailureKind.FAILURE_KIND_UNSUPPORTED)
              .setPath(u.path())
              .setHint(cut(u.hint()))
              .addAllAlso(fitting(u.also(), AlsoRefused::path, LONGEST_TEXT))
              .addAllAlsoRemedy(fitting(u.also(), AlsoRefused::remedy, LONGEST_REMEDIES))
              .build();
      case ProviderException.Throttled t -> {
        t.retryAfter().map(WireTime::toWire).ifPresent(wire::setRetryAfter);
        yield wire.setKind(FailureKind.FAILURE_KIND_THROTTLED).build();
      }
      case ProviderException.QuotaExceeded q ->
          wire.setKind(FailureKind.FAILURE_KIND_QUOTA_EXCEEDED).build();
      case ProviderException.Unavailable u ->
          wire.setKind(FailureKind.FAILURE_KIND_UNAVAILABLE).build();
      case ProviderException.PermissionDenied p ->
          wire.setKind(FailureKind.FAILURE_KIND_PERMISSION_DENIED).setAction(p.action()).build();
      case ProviderException.Conflict c -> wire.setKind(FailureKind.FAILURE_KIND_CONFLICT).build();
    };
  }

  private static ProviderException fromWire(Failure failure, Throwable cause) {
    String message = failure.getMessage();
    return switch (failure.getKind()) {
      case FAILURE_KIND_NOT_FOUND -> new ProviderException.NotFound(message);
      case FAILURE_KIND_INVALID ->
          new ProviderException.Invalid(failure.getPath(), message, also(failure));
      case FAILURE_KIND_INVALID_IMAGE ->
          new ProviderException.InvalidImage(failure.getPath(), message);
      case FAILURE_KIND_UNSUPPORTED ->
          new ProviderException.Unsupported(failure.getPath(), failure.getHint(), also(failure));
      case FAILURE_KIND_THROTTLED ->
          new ProviderException.Throttled(
              message,
              failure.hasRetryAfter()
                  ? Optional.of(WireTime.fromWire(failure.getRetryAfter()))
                  : Optional.empty());
      case FAILURE_KIND_QUOTA_EXCEEDED -> new ProviderException.QuotaExceeded(message);
      case FAILURE_KIND_PERMISSION_DENIED ->
          new ProviderException.PermissionDenied(failure.getAction(), message);
      case FAILURE_KIND_CONFLICT -> new ProviderException.Conflict(message);
      case FAILURE_KIND_UNAVAILABLE, FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
          new ProviderException.Unavailable(message, cause);
    };
  }

  private static Status code(FailureKind kind) {
    return switch (kind) {
      case FAILURE_KIND_NOT_FOUND -> Status.NOT_FOUND;
      case FAILURE_KIND_INVALID, FAILURE_KIND_INVALID_IMAGE -> Status.INVALID_ARGUMENT;
      case FAILURE_KIND_UNSUPPORTED -> Status.UNIMPLEMENTED;
      case FAILURE_KIND_THROTTLED, FAILURE_KIND_QUOTA_EXCEEDED -> Status.RESOURCE_EXHAUSTED;
      case FAILURE_KIND_PERMISSION_DENIED -> Status.PERMISSION_DENIED;
      case FAILURE_KIND_CONFLICT -> Status.FAILED_PRECONDITION;
      case FAILURE_KIND_UNAVAILABLE, FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED -> Status.UNAVAILABLE;
    };
  }

  private static String text(ProviderException e) {
    @Nullable String message = e.getMessage();
    return message == null ? "" : message;
  }

  /** More of them than a message has room for. */
  private static List<String> fitting(
      List<AlsoRefused> also, Function<AlsoRefused, String> part, int longest) {
    List<String> fitting = new ArrayList<>();
    int length = 0;
    for (AlsoRefused each : also) {
      String text = part.apply(each);
      length += text.length();
      if (length > longest) {
        break;
      }
      fitting.add(text);
    }
    return fitting;
  }

  /** A server may know no remedies, or send fewer of them than paths. */
  private static List<AlsoRefused> also(Failure failure) {
    return IntStream.range(0, failure.getAlsoCount())
        .mapToObj(
            i ->
                new AlsoRefused(
                    failure.getAlso(i),
                    i < failure.getAlsoRemedyCount() ? failure.getAlsoRemedy(i) : ""))
        .toList();
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }
}
