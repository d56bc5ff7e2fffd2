package dev.outrigger.aws;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ProviderException;
import org.junit.jupiter.api.Test;

class AwsCallsTest {

  private static final ApiBudget BUDGET =
      ApiBudget.of(new ApiBudget.Scope("fake", "us-east-1", "calls"));

  @Test
  void aCallAfterItsClientWasClosedIsUnavailable() {
    AwsCalls calls = new AwsCalls(BUDGET, () -> true);

    assertThatThrownBy(() -> calls.call("ecs:ListTasks", ApiBucket.ECS_TASK_READ, this::shutDown))
        .isInstanceOf(ProviderException.Unavailable.class)
        .hasMessageContaining("ecs:ListTasks came after its client was closed");
  }

  @Test
  void aMistakeInACallIsNotTakenForThat() {
    AwsCalls calls = new AwsCalls(BUDGET, () -> false);

    assertThatThrownBy(() -> calls.call("ecs:ListTasks", ApiBucket.ECS_TASK_READ, this::shutDown))
        .isInstanceOf(IllegalStateException.class);
  }

  private String shutDown() {
    throw new IllegalStateException("Connection pool shut down");
  }
}
