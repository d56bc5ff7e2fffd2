package dev.outrigger.simulator;

import static dev.outrigger.simulator.EcsFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.Task;

/** What ECS keeps and lists: definitions, tags, clusters, tasks. */
@SuppressWarnings("unchecked") // generic varargs of the SDK
class EcsResourcesTest extends TaskTests {

  @Test
  void listTasksFiltersAndPages() {
    String definition = fixture.register("list", shell("main", "exec sleep 60").build());
    for (int i = 0; i < 5; i++) {
      fixture.run(definition, r -> r.startedBy("me"));
    }
    fixture.run(definition, r -> r.startedBy("you"));

    var pages = ecs.listTasksPaginator(r -> r.startedBy("me").maxResults(2)).stream().toList();

    assertThat(pages).hasSize(3);
    assertThat(pages.stream().flatMap(page -> page.taskArns().stream())).hasSize(5);
    assertThat(ecs.listTasks(r -> r.family("list")).taskArns()).hasSize(6);
    assertThat(ecs.listTasks(r -> r.desiredStatus(DesiredStatus.STOPPED)).taskArns()).isEmpty();
  }

  @Test
  void unknownThingsAreRefusedInTheServicesOwnWay() {
    assertThat(ecs.describeTasks(r -> r.tasks("0123456789abcdef")).failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).isEqualTo("MISSING"));
    assertThatThrownBy(() -> ecs.listTasks(r -> r.cluster("nowhere")))
        .isInstanceOf(ClusterNotFoundException.class);
    assertThatThrownBy(() -> ecs.describeTaskDefinition(r -> r.taskDefinition("none")))
        .isInstanceOf(ClientException.class);
    assertThatThrownBy(() -> ecs.stopTask(r -> r.task("0123456789abcdef")))
        .isInstanceOf(InvalidParameterException.class);
    assertThatThrownBy(
            () ->
                ecs.registerTaskDefinition(
                    r ->
                        r.family("big")
                            .requiresCompatibilitiesWithStrings("FARGATE")
                            .networkMode("awsvpc")
                            .cpu("256")
                            .memory("4096")
                            .containerDefinitions(c -> c.name("main").image("busybox"))))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("No Fargate configuration exists");
  }

  @Test
  void aTaskDefinitionHasTenContainersAtMost() {
    assertThat(fixture.register("ten", containers(10))).contains("task-definition/ten:");
    assertThatThrownBy(() -> fixture.register("eleven", containers(11)))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("Too many containers.");
  }

  private static ContainerDefinition[] containers(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> shell("c" + i, "true").build())
        .toArray(ContainerDefinition[]::new);
  }

  @Test
  void taskDefinitionsHaveRevisionsThatCanBeRetired() {
    fixture.register("family", shell("main", "true").build());
    String second = fixture.register("family", shell("main", "false").build());

    assertThat(second).endsWith(":task-definition/family:2");
    assertThat(ecs.describeTaskDefinition(r -> r.taskDefinition("family")).taskDefinition())
        .satisfies(d -> assertThat(d.revision()).isEqualTo(2));
    ecs.deregisterTaskDefinition(r -> r.taskDefinition(second));
    assertThat(ecs.describeTaskDefinition(r -> r.taskDefinition("family")).taskDefinition())
        .satisfies(d -> assertThat(d.revision()).isEqualTo(1));
    assertThat(ecs.listTaskDefinitions(r -> r.familyPrefix("family")).taskDefinitionArns())
        .hasSize(1);
    assertThat(ecs.listTaskDefinitionFamilies(r -> r.familyPrefix("fam")).families())
        .containsExactly("family");
  }

  @Test
  void tagsCanBeAddedListedAndRemoved() {
    String definition = fixture.register("tags", shell("main", "exec sleep 60").build());
    Task task = fixture.run(definition, r -> r.tags(Tag.builder().key("a").value("1").build()));

    ecs.tagResource(
        r -> r.resourceArn(task.taskArn()).tags(Tag.builder().key("b").value("2").build()));
    ecs.untagResource(r -> r.resourceArn(task.taskArn()).tagKeys("a"));

    assertThat(ecs.listTagsForResource(r -> r.resourceArn(task.taskArn())).tags())
        .extracting(Tag::key)
        .containsExactly("b");
  }

  @Test
  void clustersAreDescribedWithTheirTasks() {
    ecs.createCluster(r -> r.clusterName("prod"));
    var answer = ecs.describeClusters(r -> r.clusters("prod", "none"));

    assertThat(answer.clusters().getFirst().status()).isEqualTo("ACTIVE");
    assertThat(answer.failures().getFirst().reason()).isEqualTo("MISSING");
  }
}
