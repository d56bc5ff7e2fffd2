package dev.outrigger.agent.kubelet;

import dev.outrigger.agent.tls.AuthoritySource;
import dev.outrigger.agent.tls.ServingSource;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How one node's kubelet API is served.
 *
 * @param provider the word for what runs the node's Pods, for example {@code ecs}
 * @param bind where to listen; port 0 takes a free one
 * @param serving asked every {@link ServerLimits#fileCheck}, and when it says that it has changed
 * @param authorities who may vouch for client certificates; asked as often
 * @param metrics the text of {@code /metrics}, in Prometheus' format
 * @param healthy whether the node's sync loop is alive
 * @param threads shared by the nodes of the process
 */
public record KubeletServerConfig(
    String nodeName,
    String provider,
    InetSocketAddress bind,
    ServingSource serving,
    AuthoritySource authorities,
    Supplier<String> metrics,
    BooleanSupplier healthy,
    ServerLimits limits,
    KubeletThreads threads,
    Clock clock) {}
