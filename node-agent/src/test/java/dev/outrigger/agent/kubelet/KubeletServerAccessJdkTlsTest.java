package dev.outrigger.agent.kubelet;

import io.netty.handler.ssl.SslProvider;

/** As where there is no native TLS. */
class KubeletServerAccessJdkTlsTest extends KubeletServerAccessTest {

  @Override
  SslProvider tls() {
    return SslProvider.JDK;
  }
}
