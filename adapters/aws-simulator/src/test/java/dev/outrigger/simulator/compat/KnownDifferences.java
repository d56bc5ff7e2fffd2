package dev.outrigger.simulator.compat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the simulator and MiniStack differ on purpose, each group with its reason. */
final class KnownDifferences {
  /** AWS fills these lists in for every container and definition; MiniStack echoes the request. */
  private static final List<String> FILLED_IN =
      List.of(
          "only here: .*TaskDefinition\\.taskDefinition\\.containerDefinitions\\[]"
              + "\\.(environment|mountPoints|portMappings|systemControls|volumesFrom)",
          "only here: .*TaskDefinition\\.taskDefinition\\.requiresAttributes");

  /** MiniStack shows members that were never set, empty; AWS leaves them out. */
  private static final List<String> EMPTY_THERE =
      List.of(
          "only there: .*TaskDefinition\\.taskDefinition"
              + "\\.(executionRoleArn|taskRoleArn|ipcMode|pidMode)",
          "only there: DescribeTaskDefinition\\.tags",
          "only there: .*Cluster.*\\.(attachments|attachmentsStatus)",
          "only there: .*Task.*\\.(containerInstanceArn|memory|stopCode|stoppedReason)",
          "only there: (DescribeSecret|ListSecrets)\\..*"
              + "(Description|RotationEnabled|LastAccessedDate)");

  /**
   * On Fargate a task has a network interface, storage, an architecture, and images that were
   * pulled; MiniStack has none.
   */
  private static final List<String> FARGATE =
      List.of(
          "only here: .*\\.attachments\\[].*",
          "only here: .*\\.attributes.*",
          "only here: .*\\.networkInterfaces\\[].*",
          "only here: .*\\.containers\\[]\\.imageDigest",
          "only here: .*\\.ephemeralStorage.*");

  /** MiniStack's tasks are RUNNING at once; here they are PROVISIONING, as in AWS. */
  private static final List<String> LIFE_CYCLE =
      List.of(
          "only there: RunTask\\.tasks\\[].*\\.(runtimeId|pullStartedAt|pullStoppedAt|startedAt)",
          "only there: StopTask\\.task\\.(stoppedAt|executionStoppedAt|containers\\[]\\.exitCode)");

  /** StopTask deletes a task's tags (API reference), and an unknown cluster is an error. */
  private static final List<String> STRICTER =
      List.of(
          "only there: (StopTask|DescribeTasks stopped)\\..*\\.tags\\[].*",
          ".*: ListTasks missing cluster\\..*");

  private static final List<Pattern> ALL =
      Stream.of(FILLED_IN, EMPTY_THERE, FARGATE, LIFE_CYCLE, STRICTER)
          .flatMap(List::stream)
          .map(Pattern::compile)
          .toList();

  private KnownDifferences() {}

  static boolean explain(String difference) {
    return ALL.stream().anyMatch(pattern -> pattern.matcher(difference).matches());
  }
}
