package dev.outrigger.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogOptionsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private static LogOptions parse(String query) throws HttpProblem {
    return LogOptions.parse(new QueryStringDecoder("/?" + query).parameters(), NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "tailLines=x,                                   400",
    "tailLines=,                                    400",
    "limitBytes=1.5,                                400",
    "sinceTime=yesterday,                           400",
    "sinceTime=-999999999-01-01T00:00:00Z,          400",
    "sinceTime=%2B10000-01-01T00:00:00Z,            400",
    "tailLines=-1,                                  422",
    "limitBytes=0,                                  422",
    "sinceSeconds=0,                                422",
    "sinceSeconds=5&sinceTime=2026-11-21T09:00:00Z, 422",
    "stream=Both,                                   422",
    "stream=Stdout&tailLines=3,                     422",
  })
  void wrongOptionsAreRefusedAsTheKubeletDoes(String query, int status) {
    var problem = catchThrowableOfType(HttpProblem.class, () -> parse(query));
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.text())
        .isEqualTo(
            status == 400
                ? "{\"message\": \"Unable to decode query.\"}"
                : "{\"message\": \"Invalid request.\"}");
  }

  @Test
  void nothingAskedMeansAllThereIs() throws Exception {
    LogOptions options = parse("");
    assertThat(options.follow()).isFalse();
    assertThat(options.previous()).isFalse();
    assertThat(options.timestamps()).isFalse();
    assertThat(options.since()).isEmpty();
    assertThat(options.tailLines()).isEqualTo(OptionalLong.empty());
    assertThat(options.limitBytes()).isEqualTo(OptionalLong.empty());
    assertThat(options.streams()).isEqualTo(LogOptions.Streams.ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "follow=true,true",
    "follow=1,true",
    "follow=,true",
    "follow=0,false",
    "follow=False,false"
  })
  void flagsAreTrueUnlessTheySayFalse(String query, boolean follow) throws Exception {
    assertThat(parse(query).follow()).isEqualTo(follow);
  }

  @Test
  void timesAreTakenRelativeAndAbsolute() throws Exception {
    assertThat(parse("sinceSeconds=90").since()).isEqualTo(Optional.of(NOW.minusSeconds(90)));
    assertThat(parse("sinceSeconds=9223372036854775807").since()).isPresent();
    assertThat(parse("sinceTime=2026-11-21T10:00:00.5%2B01:00").since())
        .isEqualTo(Optional.of(Instant.parse("2026-11-21T09:00:00.5Z")));
  }

  @Test
  void oldTailParameterStillCounts() throws Exception {
    assertThat(parse("tail=7").tailLines()).isEqualTo(OptionalLong.of(7));
    assertThat(parse("tail=all&tailLines=3").tailLines()).isEqualTo(OptionalLong.empty());
  }
}
