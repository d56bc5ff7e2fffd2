package dev.outrigger.testbed;

import java.util.List;

/**
 * Programs that are built from Go modules.
 *
 * @param name for people, at the start of a line
 * @param what is built, for people
 * @param version part of the cache folder's name
 * @param resources the folder of go.mod and go.sum beside this class, and of the cache
 * @param packages the main packages
 * @param linkerFlags beside those that make programs small; each with a space before it
 * @param minutes that it takes about, on 2 cores with nothing cached
 */
record GoPrograms(
    String name,
    String what,
    String version,
    String resources,
    List<String> packages,
    String linkerFlags,
    int minutes) {

  private static final String KUBERNETES = "v1.35.4";

  static final GoPrograms CONTROL_PLANE =
      new GoPrograms(
          "control plane",
          "Kubernetes " + KUBERNETES + " and etcd",
          KUBERNETES,
          "control-plane",
          List.of(
              "k8s.io/kubernetes/cmd/kube-apiserver",
              "k8s.io/kubernetes/cmd/kube-controller-manager",
              "k8s.io/kubernetes/cmd/kube-scheduler",
              "go.etcd.io/etcd/server/v3"),
          " -X k8s.io/component-base/version.gitVersion="
              + KUBERNETES
              + " -X k8s.io/component-base/version.gitMajor=1"
              + " -X k8s.io/component-base/version.gitMinor=35",
          5);

  GoPrograms {
    packages = List.copyOf(packages);
  }
}
