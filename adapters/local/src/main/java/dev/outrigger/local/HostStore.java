package dev.outrigger.local;

import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodKey;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.ProviderException;
import dev.outrigger.provider.ResolvedVolume;
import dev.outrigger.provider.Trait;
import dev.outrigger.provider.Workload;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts of one node, as folders under the node's folder. */
final class HostStore {

  private static final Logger log = LoggerFactory.getLogger(HostStore.class);

  /** Holds a folder for each Pod with emptyDir volumes, which outlive an attempt. */
  static final String SCRATCH = ".scratch";

  private static final String STAGING = ".staging-";
  private static final String TRASH = ".trash-";

  /** Nobody takes so long to make an attempt's folder, or to remove it. */
  private static final Duration LEFT_BEHIND = Duration.ofMinutes(1);

  private final Path folder;
  private final LocalConfig config;
  private final MountNamespaces namespaces;
  private final Clock clock;

  /** Attempts that are over and tidied up: nothing on disk changes what is to be told of them. */
  private final Map<AttemptDirectory, Workload> over = new ConcurrentHashMap<>();

  HostStore(String nodeName, LocalConfig config, MountNamespaces namespaces, Clock clock) {
    this.namespaces = namespaces;
    this.folder = config.root().resolve(nodeName.replaceAll("[^A-Za-z0-9.-]", "_"));
    this.config = config;
    this.clock = clock;
  }

  AttemptDirectory directory(PodAttempt attempt) {
    return new AttemptDirectory(folder.resolve(attempt.token()));
  }

  /** The one of which this is a run: see {@link Trait#CONTAINER_RESTARTS}. */
  AttemptDirectory directoryOfRun(PodAttempt run) throws IOException {
    PodAttempt latest = run;
    while (latest.number() > 0 && !Files.exists(directory(latest).path())) {
      latest = new PodAttempt(run.key(), latest.number() - 1);
    }
    return directory(latest);
  }

  /** Creates the attempt's folder and starts it, unless it exists: the folder is the claim. */
  AttemptDirectory claim(PodWork work) throws IOException, ProviderException {
    AttemptDirectory target = directory(work.attempt());
    if (Files.exists(target.path())) {
      return target;
    }
    Files.createDirectories(folder);
    Path staging = folder.resolve(STAGING + UUID.randomUUID());
    try {
      AttemptStaging.write(staging, work, config.backOff(), namespaces, clock.instant());
      createScratch(work);
      // rename(2) of a folder onto one that is not empty fails: exactly one of many gets through.
      Files.move(staging, target.path(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Trees.remove(staging);
      if (Files.exists(target.path())) {
        return target;
      }
      throw e;
    }
    target.startSupervisor();
    return target;
  }

  /** Only while something runs: volumes go with the last container. */
  void updateVolumes(PodAttempt attempt, List<ResolvedVolume> volumes) throws IOException {
    AttemptDirectory directory = directory(attempt);
    try {
      if (!Files.exists(directory.path()) || observe(directory).isTerminated()) {
        return;
      }
      for (ResolvedVolume volume : volumes) {
        directory.volume(volume.name()).write(volume.files(), clock.instant());
      }
    } catch (NoSuchFileException e) {
      log.atDebug().addKeyValue("file", e.getFile()).log("attempt ended while being updated");
    }
  }

  /** What is done to the run of a container of this attempt. */
  interface OnRun {
    void act(AttemptDirectory directory, int restarts) throws IOException;
  }

  /** Does nothing when nothing is known of the run. */
  void onRun(PodAttempt run, OnRun action) throws IOException {
    AttemptDirectory directory = directoryOfRun(run);
    try {
      if (Files.exists(directory.path())) {
        action.act(directory, run.number() - directory.record().attempt().number());
      }
    } catch (NoSuchFileException e) {
      log.atDebug().addKeyValue("file", e.getFile()).log("attempt vanished meanwhile");
    }
  }

  /** The folders of emptyDir volumes, open to all who get through to them. */
  private void createScratch(PodWork work) throws IOException {
    for (Volume volume : work.pod().getSpec().getVolumes()) {
      if (volume.getEmptyDir() != null) {
        Path own = scratch(work.key().uid()).resolve(volume.getName());
        if (!Files.exists(own)) {
          Files.createDirectories(own);
          Files.setPosixFilePermissions(own, FileVolume.permissions(0777));
        }
      }
    }
  }

  /** The folder of an emptyDir volume, as it is called in the folder of any attempt of its Pod. */
  static String scratch(PodKey pod, String volume) {
    return "../" + SCRATCH + "/" + pod.uid() + "/" + volume;
  }

  private Path scratch(String uid) throws IOException {
    Path all = folder.resolve(SCRATCH);
    if (!Files.exists(all)) {
      Files.createDirectories(all);
      Files.setPosixFilePermissions(all, FileVolume.permissions(0700));
    }
    return all.resolve(uid);
  }

  Workload observe(AttemptDirectory directory) throws IOException {
    return directory.observe(config.podIp());
  }

  /** Every attempt. Starts those whose creator died in between, and drops outlived records. */
  List<Workload> scan() throws IOException {
    List<Workload> found = new ArrayList<>();
    sweep();
    List<AttemptDirectory> all = directories();
    over.keySet().retainAll(Set.copyOf(all));
    for (AttemptDirectory directory : all) {
      try {
        Workload known = over.get(directory);
        Workload workload = known == null ? read(directory) : known;
        if (isOutlived(directory, workload)) {
          drop(directory);
        } else {
          found.add(workload);
        }
      } catch (NoSuchFileException e) {
        log.atDebug().addKeyValue("file", e.getFile()).log("attempt vanished while being read");
      }
    }
    return found;
  }

  private Workload read(AttemptDirectory directory) throws IOException {
    if (directory.isAbandoned(clock.instant())) {
      directory.startSupervisor();
    }
    Workload workload = observe(directory);
    if (workload.isTerminated() && directory.removeVolumes()) {
      over.put(directory, workload);
    }
    return workload;
  }

  /** What an agent left that was killed while it made or dropped an attempt: Secrets among it. */
  private void sweep() throws IOException {
    Instant old = clock.instant().minus(LEFT_BEHIND);
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(folder, "{" + STAGING + "," + TRASH + "}*")) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry).toInstant().isBefore(old)) {
          Trees.remove(entry);
        }
      }
    } catch (NoSuchFileException e) {
      log.atDebug().addKeyValue("file", e.getFile()).log("nothing left to remove");
    }
  }

  List<AttemptDirectory> directories() throws IOException {
    List<AttemptDirectory> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(folder, p -> !p.getFileName().toString().startsWith("."))) {
        entries.forEach(p -> found.add(new AttemptDirectory(p)));
      }
    }
    return found;
  }

  private boolean isOutlived(AttemptDirectory directory, Workload workload) throws IOException {
    return directory.isStopAsked()
        && workload.isTerminated()
        && Duration.between(directory.lastChange(), clock.instant()).compareTo(config.keep()) > 0;
  }

  private void drop(AttemptDirectory directory) throws IOException {
    Path trash = folder.resolve(TRASH + UUID.randomUUID());
    Files.move(directory.path(), trash, StandardCopyOption.ATOMIC_MOVE);
    Trees.remove(trash);
    if (directories().stream().noneMatch(d -> d.uid().equals(directory.uid()))) {
      Trees.remove(scratch(directory.uid()));
    }
  }
}
