package dev.outrigger.agent.kubelet;

import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A kubelet server for each test. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class NodeTests {

  @TempDir Path folder;
  TestNode node;

  @BeforeEach
  final void openNode() throws IOException {
    node = new TestNode(folder, tls());
  }

  /** Whose TLS the server has. */
  SslProvider tls() {
    return KubeletTls.PREFERRED;
  }

  @AfterEach
  final void closeNode() {
    node.close();
  }
}
