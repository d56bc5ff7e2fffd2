package dev.outrigger.agent.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The kubelet API's listeners.
 *
 * @param address the nodes' InternalIP, where the API server reaches the agent
 * @param port of the first node, the next ones count up; 0 takes a free port for each
 * @param serverTlsBootstrap have the certificate signed by the cluster
 * @param clientCa client certificates signed by it are believed; empty means that the cluster's
 *     own, from {@code kube-system/extension-apiserver-authentication}, is used
 */
public record KubeletConfig(
    String address,
    int port,
    Optional<Path> certFile,
    Optional<Path> keyFile,
    Optional<TlsBootstrap> serverTlsBootstrap,
    Optional<Path> clientCa) {

  /**
   * How certificates are requested.
   *
   * @param signer the signer's name
   * @param approve whether the agent approves its own requests
   * @param folder where certificates and keys are kept over restarts; empty keeps them in memory
   */
  public record TlsBootstrap(String signer, boolean approve, Optional<Path> folder) {}
}
