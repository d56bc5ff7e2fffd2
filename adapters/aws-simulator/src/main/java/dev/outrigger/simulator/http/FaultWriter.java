package dev.outrigger.simulator.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;
import java.util.HashMap;
import java.util.Map;

/** Writes a fault the way its protocol does. */
final class FaultWriter {
  private FaultWriter() {}

  static AwsResponse write(AwsFault fault, Protocol protocol, String requestId) {
    AwsResponse response =
        switch (protocol) {
          case JSON_1_1 ->
              AwsResponse.json(
                  Json.object().put("__type", fault.code()).put("message", fault.text()));
          case REST_JSON -> {
            ObjectNode body =
                Json.object()
                    .put("Type", fault.status() < 500 ? "User" : "Service")
                    .put("Message", fault.text())
                    .put("message", fault.text());
            yield AwsResponse.restJson(fault.status(), body);
          }
          case QUERY -> AwsResponse.xml(fault.status(), xml(fault, requestId));
        };
    Map<String, String> headers = new HashMap<>(response.headers());
    headers.put("x-amzn-ErrorType", fault.code());
    headers.putAll(fault.headers());
    return new AwsResponse(fault.status(), headers, response.body());
  }

  private static String xml(AwsFault fault, String requestId) {
    return "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>"
        + (fault.status() < 500 ? "Sender" : "Receiver")
        + "</Type><Code>"
        + escape(fault.code())
        + "</Code><Message>"
        + escape(fault.text())
        + "</Message></Error><RequestId>"
        + requestId
        + "</RequestId></ErrorResponse>";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
