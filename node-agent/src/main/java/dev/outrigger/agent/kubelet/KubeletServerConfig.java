package dev.outrigger.agent.kubelet;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How one node's kubelet API is served.
 *
 * @param bind where to listen; port 0 takes a free one
 * @param certFile PEM, the leaf first
 * @param keyFile PEM: PKCS#8, PKCS#1 (RSA) or SEC1 (EC), not encrypted
 * @param clientCaFile PEM: who may vouch for client certificates; empty accepts none of them
 * @param metrics the text of {@code /metrics}, in Prometheus' format
 * @param healthy whether the node's sync loop is alive
 * @param threads shared by the nodes of the process
 */
public record KubeletServerConfig(
    String nodeName,
    InetSocketAddress bind,
    Path certFile,
    Path keyFile,
    Optional<Path> clientCaFile,
    Supplier<String> metrics,
    BooleanSupplier healthy,
    ServerLimits limits,
    KubeletThreads threads,
    Clock clock) {}
