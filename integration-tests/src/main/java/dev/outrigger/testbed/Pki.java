package dev.outrigger.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** The keys and certificates of one native control plane, under one authority. */
record Pki(CertificateAuthority authority, Path folder, String address) {

  static Pki create(Path folder, String address) {
    CertificateAuthority authority = CertificateAuthority.create(folder);
    authority.issue(
        "apiserver",
        "CN=kube-apiserver",
        List.of("127.0.0.1", address, "10.96.0.1", "localhost", "kubernetes.default.svc"));
    authority.issue(
        "kubelet-client", "O=system:masters,CN=kube-apiserver-kubelet-client", List.of());
    authority.issue("proxy", "CN=front-proxy-client", List.of());
    authority.issueRsa("admin", "O=system:masters,CN=admin");
    authority.writeKeyPair("sa");
    return new Pki(authority, folder, address);
  }

  /** Issues the serving certificate of an agent's nodes. */
  KubeletFiles kubeletFiles() {
    authority.issue(
        "node", "O=system:nodes,CN=outrigger", List.of("127.0.0.1", address, "localhost"));
    return new KubeletFiles(
        address,
        authority.certificateFile("ca"),
        authority.certificateFile("node"),
        authority.keyFile("node"));
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  /** Writes the administrator's kubeconfig. */
  void writeKubeconfig(Path file, String server) {
    try {
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters:
          - name: outrigger
            cluster: {server: "%s", certificate-authority-data: %s}
          users:
          - name: admin
            user: {client-certificate-data: %s, client-key-data: %s}
          contexts:
          - name: outrigger
            context: {cluster: outrigger, user: admin}
          current-context: outrigger
          """
              .formatted(server, base64("ca.crt"), base64("admin.crt"), base64("admin.key")));
    } catch (IOException e) {
      throw new TestbedException("cannot write " + file, e);
    }
  }

  private String base64(String name) throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(name)));
  }
}
