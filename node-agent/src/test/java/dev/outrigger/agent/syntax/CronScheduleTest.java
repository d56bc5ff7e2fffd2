package dev.outrigger.agent.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checked against github.com/robfig/cron v3.0.1. */
class CronScheduleTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "*/5 0 1,15 * 1-5",
        "0 0 31 2 *",
        "0-59/7 5/2 ? jan-MAR sun",
        " 0  9 * * mon,WED ",
        "@daily",
        "@every 1h30m",
        "*-7 0 * * *",
      })
  void whatTheApiServerTakesIsNoProblem(String schedule) {
    assertThat(CronSchedule.problem(schedule)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "0 * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "5-1 * * * *",
        "1-2-3 * * * *",
        "*/0 * * * *",
        "*/5/5 * * * *",
        "a * * * *",
        "* * * * monday",
        "-1 * * * *",
        "@sometimes",
        "@every day",
        "TZ=UTC * * * * *",
        "every morning",
      })
  void whatItRefusesIsTold(String schedule) {
    assertThat(CronSchedule.problem(schedule)).isPresent();
  }
}
