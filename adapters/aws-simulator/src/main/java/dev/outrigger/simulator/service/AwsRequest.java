package dev.outrigger.simulator.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One call as it came over the wire.
 *
 * @param id the request id that the answer carries, a UUID
 * @param method the HTTP method
 * @param path the path, still percent-encoded
 * @param query decoded query parameters; for the Query protocol also the form's
 * @param headers by lower-case name
 * @param body the raw body
 * @param caller from the Authorization header
 * @param operation the API operation's name, as {@link AwsService#operationOf} decided
 */
public record AwsRequest(
    String id,
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    byte[] body,
    Caller caller,
    String operation) {

  /** The same request with its operation known. */
  public AwsRequest withOperation(String name) {
    return new AwsRequest(id, method, path, query, headers, body, caller, name);
  }

  /** The first value of a header, whatever the case of the name. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** The first value of a query (or form) parameter. */
  public Optional<String> parameter(String name) {
    return query.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** The path's segments, each percent-decoded, without empty ones at the ends. */
  public List<String> pathSegments() {
    return Arrays.stream(path.split("/"))
        .filter(segment -> !segment.isEmpty())
        .map(s -> URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  /**
   * The body as a JSON object; an empty body reads as {@code {}}.
   *
   * @throws AwsFault SerializationException when it is no JSON
   */
  public JsonNode json() {
    return Json.read(body);
  }
}
