package dev.outrigger.testbed;

import java.nio.file.Path;
import java.util.List;

/** The command lines of the native control plane. */
final class Commands {
  private static final String LOOPBACK = "127.0.0.1";

  private Commands() {}

  static List<String> etcd(Binaries binaries, Path folder, int port) {
    String clients = "http://" + LOOPBACK + ":" + port;
    String peers = "http://" + LOOPBACK + ":" + Machine.freePort(LOOPBACK);
    return List.of(
        binaries.etcd().toString(),
        "--data-dir=" + folder.resolve("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--unsafe-no-fsync",
        "--log-level=error");
  }

  static List<String> apiServer(Binaries binaries, Pki pki, Path folder, int port, int etcdPort) {
    return List.of(
        binaries.apiServer().toString(),
        "--etcd-servers=http://" + LOOPBACK + ":" + etcdPort,
        "--bind-address=" + LOOPBACK,
        "--secure-port=" + port,
        // It serves loopback only, which is no valid endpoint for the Service "kubernetes".
        "--endpoint-reconciler-type=none",
        "--cert-dir=" + folder.resolve("apiserver-certs"),
        "--tls-cert-file=" + pki.file("apiserver.crt"),
        "--tls-private-key-file=" + pki.file("apiserver.key"),
        "--client-ca-file=" + pki.file("ca.crt"),
        "--kubelet-client-certificate=" + pki.file("kubelet-client.crt"),
        "--kubelet-client-key=" + pki.file("kubelet-client.key"),
        "--kubelet-certificate-authority=" + pki.file("ca.crt"),
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-key-file=" + pki.file("sa.pub"),
        "--service-account-signing-key-file=" + pki.file("sa.key"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=Node,RBAC",
        "--requestheader-client-ca-file=" + pki.file("ca.crt"),
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--proxy-client-cert-file=" + pki.file("proxy.crt"),
        "--proxy-client-key-file=" + pki.file("proxy.key"),
        // One machine plays the users of a whole cluster: its burst is not to be queued.
        "--max-requests-inflight=4000",
        "--max-mutating-requests-inflight=2000",
        "--allow-privileged");
  }

  static List<String> controllerManager(Binaries binaries, Pki pki, Path kubeconfig) {
    return List.of(
        binaries.controllerManager().toString(),
        "--secure-port=0",
        "--kubeconfig=" + kubeconfig,
        "--service-account-private-key-file=" + pki.file("sa.key"),
        "--root-ca-file=" + pki.file("ca.crt"),
        "--cluster-signing-cert-file=" + pki.file("ca.crt"),
        "--cluster-signing-key-file=" + pki.file("ca.key"),
        "--use-service-account-credentials",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--leader-elect=false");
  }

  static List<String> scheduler(Binaries binaries, Path kubeconfig) {
    return List.of(
        binaries.scheduler().toString(),
        "--secure-port=0",
        "--kubeconfig=" + kubeconfig,
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
        "--leader-elect=false");
  }
}
