package dev.outrigger.agent.config;

import dev.outrigger.provider.Settings;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;

/**
 * One virtual node.
 *
 * @param provider the provider's word, for example {@code ecs}
 * @param capacity overrides what the provider says, by resource name
 * @param settings the provider's own section
 */
public record NodeConfig(
    String name,
    String provider,
    Map<String, String> capacity,
    Map<String, String> labels,
    List<Taint> taints,
    Settings settings) {}
