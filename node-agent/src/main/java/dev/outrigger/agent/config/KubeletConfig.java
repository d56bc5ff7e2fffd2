package dev.outrigger.agent.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The kubelet API's listeners.
 *
 * @param address the nodes' InternalIP, where the API server reaches the agent
 * @param port of the first node, the next ones count up; 0 takes a free port for each
 * @param clientCa client certificates signed by it are believed; empty means none are
 */
public record KubeletConfig(
    String address,
    int port,
    Optional<Path> certFile,
    Optional<Path> keyFile,
    Optional<Path> clientCa) {}
