package dev.outrigger.simulator.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An answer. The front adds the request id header where the service has not set one.
 *
 * @param status the HTTP status
 * @param headers additional headers, with Content-Type
 * @param body the raw body, empty for none
 */
public record AwsResponse(int status, Map<String, String> headers, byte[] body) {

  /** A 200 in AWS JSON 1.1. */
  public static AwsResponse json(JsonNode body) {
    return new AwsResponse(
        200, Map.of("Content-Type", "application/x-amz-json-1.1"), Json.write(body));
  }

  /** A REST JSON answer. */
  public static AwsResponse restJson(int status, JsonNode body) {
    return new AwsResponse(status, Map.of("Content-Type", "application/json"), Json.write(body));
  }

  /** An XML answer of the Query protocol. */
  public static AwsResponse xml(int status, String body) {
    return new AwsResponse(
        status, Map.of("Content-Type", "text/xml"), body.getBytes(StandardCharsets.UTF_8));
  }
}
