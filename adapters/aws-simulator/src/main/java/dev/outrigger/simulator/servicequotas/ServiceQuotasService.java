package dev.outrigger.simulator.servicequotas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Service Quotas (API version 2019-06-24): what the account and what every account may have of
 * Fargate. ECS here does not enforce them: how RunTask answers beyond them is not documented.
 */
public final class ServiceQuotasService implements AwsService {

  /** What AWS gives an account that has asked for nothing ("Amazon ECS endpoints and quotas"). */
  private static final double BY_DEFAULT = 6;

  private static final Map<String, String> NAMES =
      Map.of(
          "L-3032A538", "Fargate On-Demand vCPU resource count",
          "L-36FBB829", "Fargate Spot vCPU resource count");

  private final String accountId;
  private final @Nullable Integer applied;

  /**
   * The service.
   *
   * @param applied the account's own quota of vCPUs, or null where the default applies
   */
  public ServiceQuotasService(String accountId, @Nullable Integer applied) {
    this.accountId = accountId;
    this.applied = applied;
  }

  @Override
  public String signingName() {
    return "servicequotas";
  }

  @Override
  public Protocol protocol() {
    return Protocol.JSON_1_1;
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    return AwsResponse.json(
        switch (request.operation()) {
          case "GetServiceQuota" -> quota(request, applied);
          case "GetAWSDefaultServiceQuota" -> quota(request, BY_DEFAULT);
          default -> throw AwsFault.notSimulated(request.operation());
        });
  }

  private ObjectNode quota(AwsRequest request, @Nullable Number value) {
    JsonNode body = request.json();
    String service = Json.required(body, "ServiceCode");
    String code = Json.required(body, "QuotaCode");
    String name = NAMES.get(code);
    if (!service.equals("fargate") || name == null || value == null) {
      throw new AwsFault(
          400, "NoSuchResourceException", "The request failed because the quota does not exist.");
    }
    ObjectNode answer = Json.object();
    answer
        .putObject("Quota")
        .put("ServiceCode", service)
        .put("ServiceName", "AWS Fargate")
        .put(
            "QuotaArn",
            "arn:aws:servicequotas:%s:%s:%s/%s"
                .formatted(request.caller().region(), accountId, service, code))
        .put("QuotaCode", code)
        .put("QuotaName", name)
        .put("Value", value.doubleValue())
        .put("Unit", "None")
        .put("Adjustable", true)
        .put("GlobalQuota", false);
    return answer;
  }

  @Override
  public void close() {}
}
