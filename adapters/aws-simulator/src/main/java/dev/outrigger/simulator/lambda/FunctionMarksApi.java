package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tags and reserved concurrency: what is changed without another revision of the function. */
final class FunctionMarksApi {
  private static final int LEAST_UNRESERVED = 100;

  private final FunctionStore store;
  private final int accountConcurrency;

  FunctionMarksApi(FunctionStore store, int accountConcurrency) {
    this.store = store;
    this.accountConcurrency = accountConcurrency;
  }

  AwsResponse tag(AwsRequest request, FunctionId id) {
    Map<String, String> more = FunctionReader.map(request.json().path("Tags"));
    store.update(
        id,
        before -> {
          Map<String, String> tags = new HashMap<>(before.tags());
          tags.putAll(more);
          FunctionRules.checkTags(tags);
          return before.withTags(tags);
        });
    return LambdaService.empty();
  }

  AwsResponse untag(AwsRequest request, FunctionId id) {
    List<String> keys = request.query().getOrDefault("tagKeys", List.of());
    store.update(
        id,
        before -> {
          Map<String, String> tags = new HashMap<>(before.tags());
          keys.forEach(tags::remove);
          return before.withTags(tags);
        });
    return LambdaService.empty();
  }

  AwsResponse listTags(FunctionId id) {
    ObjectNode node = Json.object();
    FunctionWriter.texts(node, "Tags", store.get(id).tags());
    return AwsResponse.restJson(200, node);
  }

  AwsResponse putConcurrency(AwsRequest request, FunctionId id) {
    int value = request.json().path("ReservedConcurrentExecutions").asInt(-1);
    if (value < 0) {
      throw LambdaFaults.constraint(
          String.valueOf(value),
          "reservedConcurrentExecutions",
          "have value greater than or equal to 0");
    }
    int others = reserved(id.region()) - Math.max(0, store.get(id).reserved());
    if (value > 0 && accountConcurrency - others - value < LEAST_UNRESERVED) {
      throw LambdaFaults.invalid(
          "Specified ReservedConcurrentExecutions for function decreases account's"
              + " UnreservedConcurrentExecution below its minimum value of [100].");
    }
    store.update(id, before -> before.withReserved(value));
    return concurrency(value);
  }

  AwsResponse getConcurrency(FunctionId id) {
    return concurrency(store.get(id).reserved());
  }

  private int reserved(String region) {
    return store.list(region).stream().mapToInt(each -> Math.max(0, each.reserved())).sum();
  }

  /** Of the limits, those on concurrency. */
  AwsResponse accountSettings(String region) {
    ObjectNode node = Json.object();
    node.putObject("AccountLimit")
        .put("ConcurrentExecutions", accountConcurrency)
        .put("UnreservedConcurrentExecutions", accountConcurrency - reserved(region));
    node.putObject("AccountUsage").put("FunctionCount", store.list(region).size());
    return AwsResponse.restJson(200, node);
  }

  private static AwsResponse concurrency(int value) {
    ObjectNode node = Json.object();
    if (value != Function.NOT_RESERVED) {
      node.put("ReservedConcurrentExecutions", value);
    }
    return AwsResponse.restJson(200, node);
  }

  AwsResponse deleteConcurrency(FunctionId id) {
    store.update(id, before -> before.withReserved(Function.NOT_RESERVED));
    return LambdaService.empty();
  }
}
