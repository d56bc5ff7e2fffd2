package dev.outrigger.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrigger.provider.AlsoRefused;
import dev.outrigger.provider.ProviderException;
import io.grpc.Status;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFailureTest {

  private static List<AlsoRefused> also(String... paths) {
    return Stream.of(paths).map(path -> new AlsoRefused(path, "use another than " + path)).toList();
  }

  static ProviderException[] failures() {
    return new ProviderException[] {
      new ProviderException.NotFound("no such task"),
      new ProviderException.Invalid("spec.containers[0].image", "is no reference"),
      new ProviderException.Invalid("spec.containers[0].image", "no", also("spec.hostIPC")),
      new ProviderException.InvalidImage("spec.containers[0].image", "couldn't parse"),
      new ProviderException.Unsupported("spec.hostPID", "leave it out"),
      new ProviderException.Unsupported("spec.hostPID", "no", also("spec.hostIPC", "spec.os")),
      new ProviderException.Throttled("slow down", Optional.of(Duration.ofMillis(1500))),
      new ProviderException.Throttled("slow down", Optional.empty()),
      new ProviderException.QuotaExceeded("no capacity"),
      new ProviderException.Unavailable("answer lost", null),
      new ProviderException.PermissionDenied("ecs:RunTask", "not authorized"),
      new ProviderException.Conflict("ran before"),
    };
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyKindCrossesWithAllItCarries(ProviderException before) {
    ProviderException after = WireFailure.fromWire(WireFailure.toWire(before));

    assertThat(after).hasSameClassAs(before).hasMessage(before.getMessage());
    assertThat(after)
        .usingRecursiveComparison()
        .ignoringFields("stackTrace", "cause", "suppressedExceptions")
        .isEqualTo(before);
  }

  @Test
  void soManyRefusedFieldsThatTheyDoNotFitAreToldAlikeOnBothSides() {
    List<AlsoRefused> many =
        also(
            IntStream.range(0, 500)
                .mapToObj(i -> "spec.containers[%d].stdin".formatted(i))
                .toArray(String[]::new));
    ProviderException before = new ProviderException.Unsupported("spec.hostPID", "no", many);

    assertThat(before.getMessage()).hasSizeLessThanOrEqualTo(1024).endsWith(" and others");
    assertThat(WireFailure.fromWire(WireFailure.toWire(before))).hasMessage(before.getMessage());
  }

  @Test
  void aFailureOfTheConnectionLeavesTheOutcomeUnknown() {
    assertThat(WireFailure.fromWire(Status.DEADLINE_EXCEEDED.asRuntimeException()))
        .isInstanceOf(ProviderException.Unavailable.class)
        .hasMessage("the remote provider did not answer: DEADLINE_EXCEEDED");
    var refused = new ConnectException("Connection refused: edge/10.0.0.2:7443");
    assertThat(WireFailure.fromWire(Status.UNAVAILABLE.withCause(refused).asRuntimeException()))
        .hasMessageEndingWith("UNAVAILABLE: Connection refused: edge/10.0.0.2:7443");
  }
}
