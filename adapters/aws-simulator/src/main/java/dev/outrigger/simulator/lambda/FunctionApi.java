package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.service.AwsRequest;
import dev.outrigger.simulator.service.AwsResponse;
import dev.outrigger.simulator.service.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** The control plane: create, read, update and delete. */
final class FunctionApi {
  private static final byte[] NO_ZIP = new byte[0];
  private static final int MAX_PAGE = 50;
  private static final List<String> NOT_SIMULATED = List.of("Layers", "FileSystemConfigs");

  private final FunctionStore store;
  private final TaskImages images;
  private final Clock clock;
  private final Duration activation;

  FunctionApi(FunctionStore store, TaskImages images, Clock clock, Duration activation) {
    this.store = store;
    this.images = images;
    this.clock = clock;
    this.activation = activation;
  }

  AwsResponse create(AwsRequest request, FunctionId id) {
    JsonNode body = request.json();
    refuseWhatIsNotSimulated(body);
    boolean image = body.path("PackageType").asText("Zip").equals("Image");
    FunctionSettings settings = FunctionReader.settings(body, FunctionReader.DEFAULTS);
    FunctionRules.check(settings, image);
    var tags = FunctionReader.map(body.path("Tags"));
    FunctionRules.checkTags(tags);
    byte[] zip = image ? NO_ZIP : zip(body.path("Code"));
    FunctionCode code = image ? image(body.path("Code")) : zipCode(zip);
    Instant now = clock.instant();
    Function function =
        new Function(
            id,
            settings,
            code,
            FunctionReader.architectures(body),
            tags,
            Function.NOT_RESERVED,
            now,
            now.plus(activation),
            Instant.EPOCH,
            UUID.randomUUID().toString());
    store.create(function, zip);
    return AwsResponse.restJson(201, FunctionWriter.configuration(function, now));
  }

  private static void refuseWhatIsNotSimulated(JsonNode body) {
    for (String field : NOT_SIMULATED) {
      if (!body.path(field).isEmpty()) {
        throw LambdaFaults.invalid(field + " are not simulated");
      }
    }
    if (body.path("Publish").asBoolean()) {
      throw LambdaFaults.invalid("Publish is not simulated: there is $LATEST only");
    }
  }

  private static byte[] zip(JsonNode code) {
    if (code.hasNonNull("S3Bucket")) {
      throw LambdaFaults.invalid("S3 is not simulated: give the package as ZipFile");
    }
    String text =
        Json.text(code, "ZipFile")
            .orElseThrow(() -> LambdaFaults.invalid("Please provide a source for function code."));
    try {
      byte[] zip = Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII));
      CodeArchive.check(zip);
      return zip;
    } catch (IllegalArgumentException e) {
      throw new AwsFault(400, "SerializationException", "ZipFile is not Base64");
    }
  }

  private static FunctionCode zipCode(byte[] zip) {
    return new FunctionCode(CodeArchive.sha256(zip), zip.length, null);
  }

  private FunctionCode image(JsonNode code) {
    String uri =
        Json.text(code, "ImageUri")
            .orElseThrow(
                () -> LambdaFaults.invalid("Please provide ImageUri when packageType is Image."));
    if (images.find(uri).isEmpty()) {
      throw LambdaFaults.invalid(
          "Source image " + uri + " does not exist. Provide a valid source image.");
    }
    return new FunctionCode(CodeArchive.sha256Hex(uri.getBytes(StandardCharsets.UTF_8)), 0, uri);
  }

  AwsResponse get(FunctionId id) {
    return AwsResponse.restJson(200, FunctionWriter.function(store.get(id), clock.instant()));
  }

  AwsResponse getConfiguration(FunctionId id) {
    return configuration(store.get(id));
  }

  private AwsResponse configuration(Function function) {
    return AwsResponse.restJson(200, FunctionWriter.configuration(function, clock.instant()));
  }

  AwsResponse updateConfiguration(AwsRequest request, FunctionId id) {
    JsonNode body = request.json();
    refuseWhatIsNotSimulated(body);
    return configuration(
        store.update(
            id,
            before -> {
              FunctionSettings settings = FunctionReader.settings(body, before.settings());
              FunctionRules.check(settings, before.code().isImage());
              return changed(before, settings, before.code(), body);
            }));
  }

  AwsResponse updateCode(AwsRequest request, FunctionId id) {
    JsonNode body = request.json();
    refuseWhatIsNotSimulated(body);
    boolean image = store.get(id).code().isImage();
    byte[] zip = image ? NO_ZIP : zip(body);
    FunctionCode code = image ? image(body) : zipCode(zip);
    return configuration(
        store.updateCode(id, zip, before -> changed(before, before.settings(), code, body)));
  }

  private Function changed(
      Function before, FunctionSettings settings, FunctionCode code, JsonNode body) {
    Instant now = clock.instant();
    if (!before.isActive(now)) {
      throw LambdaFaults.pending();
    }
    if (before.isUpdating(now)) {
      throw LambdaFaults.updating(before.id().arn());
    }
    Json.text(body, "RevisionId")
        .filter(revision -> !revision.equals(before.revision()))
        .ifPresent(
            revision -> {
              throw new AwsFault(
                  412,
                  "PreconditionFailedException",
                  "The Revision Id provided does not match the latest Revision Id. Call the"
                      + " GetFunction/GetAlias API to retrieve the latest Revision Id");
            });
    return before.changed(settings, code, now, now.plus(activation), UUID.randomUUID().toString());
  }

  AwsResponse list(AwsRequest request) {
    int size = request.parameter("MaxItems").map(Integer::parseInt).orElse(MAX_PAGE);
    String after = request.parameter("Marker").orElse("");
    List<Function> rest =
        store.list(request.caller().region()).stream()
            .filter(function -> function.id().name().compareTo(after) > 0)
            .toList();
    List<Function> page = rest.stream().limit(Math.clamp(size, 1, MAX_PAGE)).toList();
    ObjectNode node = Json.object();
    var array = node.putArray("Functions");
    Instant now = clock.instant();
    page.forEach(function -> array.add(FunctionWriter.configuration(function, now)));
    if (page.size() < rest.size()) {
      node.put("NextMarker", page.getLast().id().name());
    }
    return AwsResponse.restJson(200, node);
  }

  AwsResponse delete(FunctionId id) {
    if (!store.delete(id)) {
      throw LambdaFaults.notFound(id.arn());
    }
    return LambdaService.empty();
  }
}
