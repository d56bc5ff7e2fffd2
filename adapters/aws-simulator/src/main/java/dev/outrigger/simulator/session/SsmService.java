package dev.outrigger.simulator.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.AwsService;
import dev.outrigger.simulator.service.Json;
import dev.outrigger.simulator.service.Protocol;
import java.util.Optional;
import java.util.function.Function;

/** The Session Manager calls of Systems Manager, for targets of the form {@code ecs:…}. */
public final class SsmService implements AwsService {
  private static final String PREFIX = "simulator-";

  private final SessionHub hub;
  private final Function<String, Optional<SessionTarget>> targets;

  /**
   * The service.
   *
   * @param targets finds a container that can be reached by {@code ecs:CLUSTER_TASK_RUNTIME}
   */
  public SsmService(SessionHub hub, Function<String, Optional<SessionTarget>> targets) {
    this.hub = hub;
    this.targets = targets;
  }

  @Override
  public String signingName() {
    return "ssm";
  }

  @Override
  public Protocol protocol() {
    return Protocol.JSON_1_1;
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    JsonNode body = request.json();
    return AwsResponse.json(
        switch (request.operation()) {
          case "StartSession" -> start(body);
          case "ResumeSession" -> resume(body);
          case "TerminateSession" -> terminate(body);
          default -> throw AwsFault.notSimulated(request.operation());
        });
  }

  private ObjectNode start(JsonNode body) {
    String name = required(body, "Target");
    SessionTarget target =
        targets
            .apply(name)
            .orElseThrow(
                () -> new AwsFault(400, "TargetNotConnected", name + " is not connected."));
    JsonNode parameters = body.path("Parameters");
    String document = Json.text(body, "DocumentName").orElse("SSM-SessionManagerRunShell");
    return switch (document) {
      case "SSM-SessionManagerRunShell" -> answer(hub.command(PREFIX, target, "sh"));
      case "AWS-StartPortForwardingSession" ->
          answer(hub.port(PREFIX, target, place("", parameters)));
      case "AWS-StartPortForwardingSessionToRemoteHost" ->
          answer(
              hub.port(
                  PREFIX, target, place(parameters.path("host").path(0).asText(), parameters)));
      default ->
          throw new AwsFault(
              400, "InvalidDocument", "Document with name " + document + " does not exist.");
    };
  }

  private static PortPlugin.Place place(String host, JsonNode parameters) {
    String port = parameters.path("portNumber").path(0).asText("80");
    if (!port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
      throw new AwsFault(
          400, "InvalidParameters", "Parameter portNumber with value " + port + " is invalid.");
    }
    return new PortPlugin.Place(
        host, Integer.parseInt(port), parameters.path("localPortNumber").path(0).asText());
  }

  /** A session that has ended answers without a token. */
  private ObjectNode resume(JsonNode body) {
    String id = required(body, "SessionId");
    return hub.resume(id)
        .map(SsmService::answer)
        .orElseGet(() -> Json.object().put("SessionId", id));
  }

  private ObjectNode terminate(JsonNode body) {
    String id = required(body, "SessionId");
    hub.terminate(id);
    return Json.object().put("SessionId", id);
  }

  private static String required(JsonNode body, String field) {
    return Json.text(body, field)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new AwsFault(400, "ValidationException", field + " is required"));
  }

  private static ObjectNode answer(SessionHub.Ticket ticket) {
    return Json.object()
        .put("SessionId", ticket.sessionId())
        .put("StreamUrl", ticket.streamUrl())
        .put("TokenValue", ticket.token());
  }

  @Override
  public void close() {
    hub.close();
  }
}
