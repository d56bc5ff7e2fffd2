package dev.outrigger.remote;

import dev.outrigger.local.LocalContractTest;
import dev.outrigger.provider.Provider;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The same tests as for local in process, over gRPC with mTLS: a server for each instance. */
class LocalOverGrpcContractTest extends LocalContractTest {

  @TempDir Path certificates;
  @AutoClose private @Nullable Served served;

  @BeforeEach
  void issueCertificates() throws Exception {
    served = new Served(certificates);
  }

  @Override
  protected Provider newProvider() throws Exception {
    return overGrpc(super.newProvider());
  }

  @Override
  protected Optional<Provider> newProviderOfAnotherNode() throws Exception {
    return Optional.of(overGrpc(super.newProviderOfAnotherNode().orElseThrow()));
  }

  private Provider overGrpc(Provider local) throws Exception {
    if (served == null) {
      throw new IllegalStateException("no certificates yet");
    }
    return served.connect(served.serve(local, 0));
  }
}
