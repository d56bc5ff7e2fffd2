package dev.outrigger.remote;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How a provider is served. Clients without a certificate of this authority are turned away; there
 * is no way to serve without.
 *
 * @param node whose workloads these are; calls for another are refused
 * @param address port 0 picks a free one
 * @param caFile PEM: who signs the clients' certificates
 * @param certFile PEM: the server's certificate chain
 * @param keyFile PEM: its key, PKCS#8
 */
public record ServerConfig(
    String node, InetSocketAddress address, Path caFile, Path certFile, Path keyFile) {}
