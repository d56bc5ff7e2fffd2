package dev.outrigger.simulator.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON lines in a folder: {@code {"k": key, "v": value}}, a missing v removes. */
public final class FileStateStore implements StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileStateStore.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long WRITE_BEHIND_MILLIS = 100;

  private final Path folder;
  private final List<FileTable> tables = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread writer;

  /** Opens (and makes) the folder. */
  public FileStateStore(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.writer = Thread.ofVirtual().name("simulator-state-writer").start(this::writeBehind);
  }

  @Override
  public StateTable table(String name) {
    FileTable table = new FileTable(folder.resolve(name + ".jsonl"));
    tables.add(table);
    return table;
  }

  private void writeBehind() {
    try {
      while (!stopped.await(WRITE_BEHIND_MILLIS, TimeUnit.MILLISECONDS)) {
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void flush() {
    for (FileTable table : tables) {
      try {
        table.flush();
      } catch (IOException e) {
        LOG.atError().addKeyValue("file", table.file).setCause(e).log("state was not written");
      }
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flush();
  }

  private static final class FileTable implements StateTable {
    private final Path file;
    private final Map<String, JsonNode> restored;
    private final Object fileLock = new Object();

    /** Guarded by itself. */
    private final List<byte[]> pending = new ArrayList<>();

    FileTable(Path file) {
      this.file = file;
      try {
        this.restored = read(file);
        compact();
      } catch (IOException e) {
        throw new UncheckedIOException("state cannot be read: " + file, e);
      }
    }

    /** Reads what is whole: a line that a kill cut short ends the table. */
    private static Map<String, JsonNode> read(Path file) throws IOException {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      if (!Files.exists(file)) {
        return values;
      }
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        JsonNode entry;
        try {
          entry = MAPPER.readTree(line);
        } catch (IOException e) {
          LOG.atWarn().addKeyValue("file", file).log("the state's last line is cut short");
          break;
        }
        String key = entry.path("k").asText();
        if (entry.has("v")) {
          values.put(key, entry.get("v"));
        } else {
          values.remove(key);
        }
      }
      return values;
    }

    private void compact() throws IOException {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      try (var out = Files.newOutputStream(fresh)) {
        for (Map.Entry<String, JsonNode> entry : restored.entrySet()) {
          out.write(line(entry.getKey(), entry.getValue()));
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static byte[] line(String key, JsonNode value) throws IOException {
      ObjectNode entry = MAPPER.createObjectNode().put("k", key);
      entry.set("v", value);
      return (MAPPER.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Map<String, JsonNode> restored() {
      return restored;
    }

    @Override
    public void put(String key, JsonNode value) {
      try {
        append(line(key, value));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void remove(String key) {
      ObjectNode entry = MAPPER.createObjectNode().put("k", key);
      append((entry + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void append(byte[] line) {
      synchronized (pending) {
        pending.add(line);
      }
    }

    void flush() throws IOException {
      synchronized (fileLock) {
        List<byte[]> lines;
        synchronized (pending) {
          if (pending.isEmpty()) {
            return;
          }
          lines = List.copyOf(pending);
          pending.clear();
        }
        try (var out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
          for (byte[] line : lines) {
            out.write(line);
          }
        }
      }
    }
  }
}
