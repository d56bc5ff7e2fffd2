package dev.outrigger.simulator.lambda;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.outrigger.simulator.service.AwsFault;
import dev.outrigger.simulator.state.StateStore;
import dev.outrigger.simulator.state.StateTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The functions and their packages. Thread-safe; every change is remembered in the state tables.
 */
final class FunctionStore {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  private final StateTable functionTable;
  private final StateTable codeTable;

  /** By key; guarded by this. */
  private final Map<String, Function> functions = new TreeMap<>();

  /** Zips by function key; guarded by this. */
  private final Map<String, byte[]> packages = new TreeMap<>();

  FunctionStore(StateStore state) {
    functionTable = state.table("lambda-functions");
    codeTable = state.table("lambda-code");
    functionTable.restored().forEach((key, value) -> functions.put(key, read(value)));
    codeTable
        .restored()
        .forEach((key, value) -> packages.put(key, Base64.getDecoder().decode(value.asText())));
    packages.keySet().retainAll(functions.keySet());
  }

  private static Function read(JsonNode node) {
    try {
      return MAPPER.treeToValue(node, Function.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("state cannot be read", e);
    }
  }

  /**
   * Adds a function.
   *
   * @throws AwsFault ResourceConflictException when it exists
   */
  synchronized void create(Function function, byte[] zip) {
    if (functions.containsKey(function.id().key())) {
      throw LambdaFaults.conflict("Function already exist: " + function.id().name());
    }
    put(function);
    putCode(function, zip);
  }

  /**
   * Changes a function, in one step.
   *
   * @throws AwsFault ResourceNotFoundException when there is none
   */
  synchronized Function update(FunctionId id, UnaryOperator<Function> change) {
    Function changed = change.apply(get(id));
    put(changed);
    return changed;
  }

  /** As {@link #update}, with another package. */
  synchronized Function updateCode(FunctionId id, byte[] zip, UnaryOperator<Function> change) {
    Function changed = update(id, change);
    putCode(changed, zip);
    return changed;
  }

  /**
   * The function.
   *
   * @throws AwsFault ResourceNotFoundException when there is none
   */
  synchronized Function get(FunctionId id) {
    return find(id).orElseThrow(() -> LambdaFaults.notFound(id.arn()));
  }

  synchronized Optional<Function> find(FunctionId id) {
    return Optional.ofNullable(functions.get(id.key()));
  }

  /** The package; empty for an image. */
  synchronized byte[] code(FunctionId id) {
    return packages.getOrDefault(id.key(), new byte[0]);
  }

  /** A region's functions by name. */
  synchronized List<Function> list(String region) {
    return functions.values().stream().filter(f -> f.id().region().equals(region)).toList();
  }

  /** Removes a function; false when there was none. */
  synchronized boolean delete(FunctionId id) {
    if (functions.remove(id.key()) == null) {
      return false;
    }
    packages.remove(id.key());
    functionTable.remove(id.key());
    codeTable.remove(id.key());
    return true;
  }

  /** Called under the lock. */
  private void put(Function function) {
    functions.put(function.id().key(), function);
    functionTable.put(function.id().key(), MAPPER.valueToTree(function));
  }

  /** Called under the lock. */
  private void putCode(Function function, byte[] zip) {
    packages.put(function.id().key(), zip.clone());
    codeTable.put(function.id().key(), TextNode.valueOf(Base64.getEncoder().encodeToString(zip)));
  }

  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.parse(in.getText());
    }
  }
}
