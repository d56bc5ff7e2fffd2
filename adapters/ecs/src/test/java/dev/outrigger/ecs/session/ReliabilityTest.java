package dev.outrigger.ecs.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Order, acknowledgement and repetition, without a network. */
class ReliabilityTest {

  private static ChannelMessage message(long sequence) {
    return new ChannelMessage(
        ChannelMessage.OUTPUT,
        sequence,
        0,
        UUID.randomUUID(),
        Payload.OUTPUT,
        new byte[] {(byte) sequence});
  }

  @Test
  void messagesComeOnceAndInOrderHoweverTheyArrive() {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 200; i++) {
      numbers.add(i);
      numbers.add(i);
    }
    for (int seed = 0; seed < 50; seed++) {
      Collections.shuffle(numbers, new Random(seed));
      Inbox inbox = new Inbox();
      List<Long> seen = new ArrayList<>();
      for (long number : numbers) {
        Inbox.Arrival arrival = inbox.arrived(message(number));
        assertThat(arrival.acknowledge()).isTrue();
        arrival.ready().forEach(m -> seen.add(m.sequence()));
      }
      assertThat(seen).hasSize(200).isSorted();
    }
  }

  @Test
  void aLateMessageOfALostConnectionDoesNotTakeThePlaceOfTheNewOnes() {
    Incoming incoming = new Incoming();
    for (int i = 0; i <= Incoming.MOST_WAITING; i++) {
      incoming.keep(new Payload(Payload.OUTPUT, new byte[0]));
    }
    List<String> letIn = new ArrayList<>();

    incoming.letIn(() -> letIn.add("new"));
    incoming.letIn(() -> letIn.add("lost"));
    assertThat(letIn).as("no room").isEmpty();
    assertThat(incoming.take()).isPresent();

    assertThat(letIn).containsExactly("new", "lost");
  }

  @Test
  void onlyTheOldestIsRepeatedAndNotBeforeItsTime() {
    Outbox outbox = new Outbox();
    long start = 0;
    outbox.add(0, new byte[] {0}, start);
    outbox.add(1, new byte[] {1}, start);
    assertThat(outbox.due(start + Duration.ofMillis(150).toNanos())).isEmpty();
    long late = start + Duration.ofMillis(250).toNanos();
    assertThat(outbox.due(late)).hasValue(new byte[] {0});
    assertThat(outbox.due(late)).isEmpty();
    outbox.acknowledged(0, late);
    assertThat(outbox.due(late + Duration.ofMillis(1100).toNanos())).hasValue(new byte[] {1});
    assertThat(outbox.all(late)).containsExactly(new byte[] {1});
    assertThat(outbox.age(late)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void messagesSurviveTheWireAndDamageIsSeen() throws IOException {
    ChannelMessage sent = message(7);
    byte[] bytes = sent.encode(1);
    ChannelMessage read = ChannelMessage.decode(ByteBuffer.wrap(bytes));
    assertThat(read).usingRecursiveComparison().isEqualTo(sent);
    bytes[bytes.length - 1] ^= 1;
    Assertions.assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ChannelMessage.decode(ByteBuffer.wrap(bytes)));
    Assertions.assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ChannelMessage.decode(ByteBuffer.wrap(bytes, 0, 50)));
  }
}
