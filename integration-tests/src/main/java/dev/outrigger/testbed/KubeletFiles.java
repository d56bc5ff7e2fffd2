package dev.outrigger.testbed;

import java.nio.file.Path;

/**
 * What an agent needs to serve the kubelet API to this control plane.
 *
 * @param address where to listen, and the nodes' InternalIP: the machine's own address if it has
 *     one that is not loopback
 * @param clientCa PEM of the authority that signs the API server's client certificate
 * @param servingCertificate PEM, valid for {@code address} and 127.0.0.1
 * @param servingKey PEM, PKCS#8
 */
public record KubeletFiles(
    String address, Path clientCa, Path servingCertificate, Path servingKey) {}
