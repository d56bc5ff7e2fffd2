package dev.outrigger.simulator.http;

import com.sun.net.httpserver.HttpExchange;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.Caller;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns an exchange into an {@link AwsRequest}. */
final class RequestReader {
  private static final Pattern CREDENTIAL =
      Pattern.compile("Credential=([^/,\\s]+)/\\d{8}/([^/,\\s]+)/([^/,\\s]+)/aws4_request");

  private RequestReader() {}

  static AwsRequest read(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    byte[] body = exchange.getRequestBody().readAllBytes();
    Map<String, List<String>> query = new HashMap<>();
    parse(exchange.getRequestURI().getRawQuery(), query);
    String contentType = first(headers, "content-type");
    if (contentType.startsWith("application/x-www-form-urlencoded")) {
      parse(new String(body, StandardCharsets.UTF_8), query);
    }
    return new AwsRequest(
        UUID.randomUUID().toString(),
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        query,
        headers,
        body,
        caller(first(headers, "authorization")),
        "");
  }

  private static String first(Map<String, List<String>> headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  static Caller caller(String authorization) {
    Matcher matcher = CREDENTIAL.matcher(authorization);
    if (!matcher.find()) {
      throw new AwsFault(
          403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    return new Caller(matcher.group(2), matcher.group(1), matcher.group(3));
  }

  private static void parse(@Nullable String encoded, Map<String, List<String>> into) {
    if (encoded == null || encoded.isEmpty()) {
      return;
    }
    for (String pair : encoded.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      into.computeIfAbsent(decode(name), key -> new ArrayList<>()).add(decode(value));
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
