package dev.outrigger.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {

  private static final int AT_ONCE = 4;

  @TempDir private Path folder;

  @Test
  void severalMayRemoveTheSameTree() throws Exception {
    CyclicBarrier together = new CyclicBarrier(AT_ONCE);
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (int round = 0; round < 50; round++) {
        Path tree = tree(round);
        List<Future<?>> removals = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          removals.add(
              threads.submit(
                  () -> {
                    together.await();
                    Trees.remove(tree);
                    return null;
                  }));
        }
        for (Future<?> removal : removals) {
          removal.get();
        }
        assertThat(tree).doesNotExist();
      }
    }
  }

  private Path tree(int round) throws Exception {
    Path tree = folder.resolve("tree-" + round);
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(tree.resolve("a-" + i));
      Files.createFile(tree.resolve("a-" + i).resolve("file"));
    }
    return tree;
  }
}
