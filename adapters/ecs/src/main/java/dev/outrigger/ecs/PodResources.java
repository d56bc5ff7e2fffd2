package dev.outrigger.ecs;

import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.Sidecars;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a Pod's requests and limits become. A container counts with its limit, or its request where
 * it has no limit; init containers run one after the other, so the largest of them counts.
 */
final class PodResources {

  private static final BigDecimal UNITS_PER_CPU = BigDecimal.valueOf(1024);
  private static final BigDecimal MIB = BigDecimal.valueOf(1024 * 1024);
  private static final BigDecimal GIB = MIB.multiply(BigDecimal.valueOf(1024));

  /** What every task has without asking. */
  static final int INCLUDED_STORAGE_GIB = 20;

  private static final int LARGEST_STORAGE_GIB = 200;
  private static final int SMALLEST_CONTAINER_MIB = 6;

  private PodResources() {}

  /**
   * @throws ProviderException.Invalid when no size holds the Pod
   */
  static FargateSize size(PodSpec spec) throws ProviderException.Invalid {
    BigDecimal cpus = need(spec, "cpu");
    BigDecimal mebibytes = wholeUp(need(spec, "memory"), MIB);
    int cpu = units(cpus);
    int memory = clamped(mebibytes);
    Optional<FargateSize> size = FargateSize.holding(cpu, memory);
    if (size.isEmpty()) {
      throw new ProviderException.Invalid(
          "spec.containers[0].resources",
          "no Fargate size holds "
              + cpus.stripTrailingZeros().toPlainString()
              + " vCPU with "
              + mebibytes.toPlainString()
              + " MiB; the nearest is "
              + FargateSize.nearest(cpu, memory));
    }
    return size.get();
  }

  /** GiB of ephemeral storage, when more than every task has anyway. */
  static OptionalInt ephemeralStorage(PodSpec spec) throws ProviderException.Invalid {
    BigDecimal volumes = BigDecimal.ZERO;
    for (Volume volume : spec.getVolumes()) {
      if (volume.getEmptyDir() != null && volume.getEmptyDir().getSizeLimit() != null) {
        volumes = volumes.add(volume.getEmptyDir().getSizeLimit().getNumericalAmount());
      }
    }
    BigDecimal wanted = wholeUp(need(spec, "ephemeral-storage").max(volumes), GIB);
    int gib = clamped(wanted);
    if (gib > LARGEST_STORAGE_GIB) {
      throw new ProviderException.Invalid(
          "spec.containers[0].resources",
          wanted.toPlainString()
              + " GiB of ephemeral storage; Fargate has "
              + LARGEST_STORAGE_GIB
              + " at most");
    }
    return gib <= INCLUDED_STORAGE_GIB ? OptionalInt.empty() : OptionalInt.of(gib);
  }

  /** CPU units a container is guaranteed; zero when it asked for none. */
  static int cpuUnits(Container container) {
    return units(request(container, "cpu"));
  }

  /** Hard limit in MiB, if there is one. */
  static OptionalInt memoryLimit(Container container) {
    return mib(amount(container, "memory", true));
  }

  /** Guaranteed memory in MiB, if any was asked for. */
  static OptionalInt memoryRequest(Container container) {
    return mib(request(container, "memory"));
  }

  private static OptionalInt mib(BigDecimal bytes) {
    return bytes.signum() <= 0
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(SMALLEST_CONTAINER_MIB, clamped(wholeUp(bytes, MIB))));
  }

  /** At any time: init containers run one by one, beside the sidecars before them (KEP-753). */
  private static BigDecimal need(PodSpec spec, String resource) {
    BigDecimal sidecars = BigDecimal.ZERO;
    BigDecimal before = BigDecimal.ZERO;
    for (Container container : spec.getInitContainers()) {
      BigDecimal own = most(container, resource);
      before = before.max(sidecars.add(own));
      sidecars = Sidecars.is(container) ? sidecars.add(own) : sidecars;
    }
    BigDecimal together = sidecars;
    for (Container container : spec.getContainers()) {
      together = together.add(most(container, resource));
    }
    return together.max(before);
  }

  private static BigDecimal most(Container container, String resource) {
    return amount(container, resource, true).max(amount(container, resource, false));
  }

  /** The request; without one, the limit, as Kubernetes' defaulting does. */
  private static BigDecimal request(Container container, String resource) {
    BigDecimal request = amount(container, resource, false);
    return request.signum() > 0 ? request : amount(container, resource, true);
  }

  private static BigDecimal amount(Container container, String resource, boolean limit) {
    ResourceRequirements resources = container.getResources();
    if (resources == null) {
      return BigDecimal.ZERO;
    }
    @Nullable Map<String, Quantity> amounts =
        limit ? resources.getLimits() : resources.getRequests();
    @Nullable Quantity found = amounts == null ? null : amounts.get(resource);
    return found == null ? BigDecimal.ZERO : found.getNumericalAmount();
  }

  private static int units(BigDecimal cpus) {
    return clamped(cpus.multiply(UNITS_PER_CPU).setScale(0, RoundingMode.CEILING));
  }

  private static BigDecimal wholeUp(BigDecimal amount, BigDecimal unit) {
    return amount.divide(unit, 0, RoundingMode.CEILING);
  }

  /** What is larger than an int is larger than all that Fargate has. */
  private static int clamped(BigDecimal amount) {
    return amount.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
  }
}
