package dev.outrigger.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.Provider;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.testkit.FakeBackend;
import dev.outrigger.provider.testkit.PodWorks;
import dev.outrigger.provider.testkit.RecordingSink;
import dev.outrigger.remote.v1.ListRequest;
import dev.outrigger.remote.v1.ListResponse;
import dev.outrigger.remote.v1.ProviderServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNameTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(1);

  @TempDir Path folder;
  @AutoClose private Served served;
  private final FakeBackend backend = new FakeBackend(Clock.systemUTC());
  private Provider right;
  private Provider wrong;

  @BeforeEach
  void connectAgentsOfTwoNodesToTheServerOfOne() throws Exception {
    served = new Served(folder);
    ProviderServer server = served.serve(backend.provider("node"), 0);
    right = served.connect(server);
    wrong = served.connectAs("edge-9", server);
  }

  @Test
  void anAgentOfAnotherNodeIsToldBothNamesAndStopsNothing() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("stays"));
    right.create(work);
    PodWork unwanted = PodWorks.sleep(PodWorks.newAttempt("unwanted"));

    assertRefused(wrong::askCapabilities);
    assertRefused(wrong::list);
    assertRefused(() -> wrong.checkFields(unwanted.pod()));
    assertRefused(() -> wrong.check(unwanted));
    assertRefused(() -> wrong.create(unwanted));
    assertRefused(() -> wrong.delete(work.attempt().key(), GRACE));
    assertRefused(() -> wrong.nodeState().orElseThrow().state());

    assertThat(right.list()).singleElement().returns(work.attempt(), w -> w.attempt());
    assertThat(backend.starts(unwanted.attempt())).isZero();
  }

  @Test
  void aWatchOfAnotherNodeSeesNothingComeOrGo() throws Exception {
    PodWork work = PodWorks.sleep(PodWorks.newAttempt("stays"));
    RecordingSink seen = new RecordingSink();
    RecordingSink unseen = new RecordingSink();
    try (var first = wrong.watch(unseen);
        var second = right.watch(seen)) {
      assertThat(first).isNotSameAs(second);
      right.create(work);
      await().atMost(PATIENCE).until(() -> !seen.of(work.attempt()).isEmpty());
      backend.remove(work.attempt());
      await().atMost(PATIENCE).until(() -> seen.gone().contains(work.attempt()));

      assertThat(unseen.of(work.attempt())).isEmpty();
      assertThat(unseen.gone()).isEmpty();
    }
  }

  /** A client in another language. */
  @Test
  void aCallThatNamesNoNodePasses() throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        NettyServerBuilder.forAddress(address)
            .intercept(NodeName.required("node"))
            .addService(new ProviderService(backend.provider("node")))
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    try {
      right.create(PodWorks.sleep(PodWorks.newAttempt("seen")));
      Iterator<ListResponse> all =
          ProviderServiceGrpc.newBlockingStub(channel).list(ListRequest.getDefaultInstance());

      assertThatCode(all::next).doesNotThrowAnyException();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ProviderException.Unavailable.class)
        .hasMessage("this server serves the node node, not edge-9: set nodes[].name or --node");
  }
}
