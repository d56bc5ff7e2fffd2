package dev.outrigger.remote;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrigger.provider.ExecRequest;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeClient;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.remote.v1.ProviderServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteStreamsTest {

  /** Whether the call has failed by the time its first request is sent, or fails later. */
  @Test
  void noCommandEndsWellWhileTheServerIsAway() {
    ManagedChannel nobody = ManagedChannelBuilder.forAddress("127.0.0.1", 1).usePlaintext().build();
    try {
      RemoteStreams streams = new RemoteStreams(ProviderServiceGrpc.newStub(nobody));
      PodAttempt attempt = PodWorks.newAttempt("away");
      ExecRequest request = new ExecRequest(attempt, "main", List.of("true"), false);

      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> streams.exec(request, FakeClient.reading()))
            .isInstanceOf(ProviderException.Unavailable.class);
        assertThatThrownBy(() -> streams.attach(attempt, "main", FakeClient.reading()))
            .isInstanceOf(ProviderException.Unavailable.class);
      }
    } finally {
      nobody.shutdownNow();
    }
  }
}
