package dev.outrigger.agent.kubelet;

import io.netty.handler.ssl.SslProvider;

/** As where there is no native TLS. */
class KubeletServerJdkTlsTest extends KubeletServerTlsTest {

  @Override
  SslProvider tls() {
    return SslProvider.JDK;
  }
}
