package dev.outrigger.agent.cli;

import dev.outrigger.agent.config.KubeletConfig;
import dev.outrigger.agent.observe.NodeEvents;
import dev.outrigger.agent.tls.AuthoritySource;
import dev.outrigger.agent.tls.ClusterClientCa;
import dev.outrigger.agent.tls.KeptCertificate;
import dev.outrigger.agent.tls.KubernetesSigner;
import dev.outrigger.agent.tls.NodeNames;
import dev.outrigger.agent.tls.RequestedCertificate;
import dev.outrigger.agent.tls.SelfSigned;
import dev.outrigger.agent.tls.ServingSource;
import dev.outrigger.agent.tls.TlsFiles;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Which certificates the configuration asks for. */
final class Certificates {

  private Certificates() {}

  /** The nodes' common authority for clients: the configured file's, else the cluster's own. */
  static AuthoritySource clients(
      KubeletConfig config, KubernetesClient client, List<AutoCloseable> parts) {
    if (config.clientCa().isPresent()) {
      return TlsFiles.authorities(config.clientCa().get());
    }
    ClusterClientCa source = ClusterClientCa.start(client);
    parts.add(source);
    return source;
  }

  /** One node's serving certificate. Adds to the parts what is to be closed. */
  static ServingSource serving(
      KubeletConfig config,
      String node,
      KubernetesClient client,
      NodeEvents events,
      Clock clock,
      List<AutoCloseable> parts) {
    if (config.certFile().isPresent() && config.keyFile().isPresent()) {
      return TlsFiles.serving(config.certFile().get(), config.keyFile().get());
    }
    NodeNames names = new NodeNames(node, config.address());
    SelfSigned own = new SelfSigned(names, clock);
    if (config.serverTlsBootstrap().isEmpty()) {
      return own;
    }
    var bootstrap = config.serverTlsBootstrap().get();
    KubernetesSigner signer =
        new KubernetesSigner(client, bootstrap.signer(), node, bootstrap.approve());
    Optional<KeptCertificate> kept =
        bootstrap.folder().map(folder -> new KeptCertificate(folder, names, clock));
    RequestedCertificate requested =
        RequestedCertificate.start(names, signer, own, kept, events, clock);
    parts.add(requested);
    return requested;
  }
}
