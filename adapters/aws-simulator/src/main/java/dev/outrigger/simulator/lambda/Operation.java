package dev.outrigger.simulator.lambda;

import dev.outrigger.simulator.service.AwsFault;
import java.util.List;

/** The operations, named as in the API reference. */
enum Operation {
  CreateFunction,
  ListFunctions,
  GetFunction,
  GetFunctionConfiguration,
  UpdateFunctionCode,
  UpdateFunctionConfiguration,
  DeleteFunction,
  Invoke,
  PutFunctionConcurrency,
  GetFunctionConcurrency,
  DeleteFunctionConcurrency,
  TagResource,
  UntagResource,
  ListTags,
  GetAccountSettings;

  /**
   * The operation of a method and a path, whose first segment is an API version.
   *
   * @throws AwsFault UnknownOperationException when there is none
   */
  static Operation of(String method, List<String> path) {
    String resource = path.size() > 1 ? path.get(1) : "";
    String sub = path.size() > 3 ? path.get(3) : "";
    String shape = method + " " + resource + (path.size() > 2 ? "/x" : "");
    return switch (sub.isEmpty() ? shape : shape + "/" + sub) {
      case "POST functions" -> CreateFunction;
      case "GET functions" -> ListFunctions;
      case "GET functions/x" -> GetFunction;
      case "DELETE functions/x" -> DeleteFunction;
      case "GET functions/x/configuration" -> GetFunctionConfiguration;
      case "PUT functions/x/configuration" -> UpdateFunctionConfiguration;
      case "PUT functions/x/code" -> UpdateFunctionCode;
      case "POST functions/x/invocations" -> Invoke;
      case "PUT functions/x/concurrency" -> PutFunctionConcurrency;
      case "GET functions/x/concurrency" -> GetFunctionConcurrency;
      case "DELETE functions/x/concurrency" -> DeleteFunctionConcurrency;
      case "POST tags/x" -> TagResource;
      case "DELETE tags/x" -> UntagResource;
      case "GET tags/x" -> ListTags;
      case "GET account-settings" -> GetAccountSettings;
      default -> throw new AwsFault(404, "UnknownOperationException", shape + " is not simulated");
    };
  }
}
