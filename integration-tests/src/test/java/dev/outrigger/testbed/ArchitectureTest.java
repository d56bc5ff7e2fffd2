package dev.outrigger.testbed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: adapters and the agent to the contract, and nothing back. */
@Order(1) // needs no agent, whose start-up cache is made meanwhile
class ArchitectureTest {

  private static final String[] ADAPTERS = {
    "dev.outrigger.aws..",
    "dev.outrigger.ecs..",
    "dev.outrigger.lambda..",
    "dev.outrigger.local..",
    "dev.outrigger.remote.."
  };

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    // The rules look at names: what those of libraries contain need not be read.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    classes = new ClassFileImporter().importPackages("dev.outrigger");
    for (String name : new String[] {"provider.Provider", "agent.cli.Main", "ecs.EcsProvider"}) {
      assertThat(classes.contain("dev.outrigger." + name)).as(name).isTrue();
    }
  }

  @Test
  void contractKnowsNobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.outrigger.provider..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.outrigger.agent..", "dev.outrigger.simulator..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(ADAPTERS)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8.kubernetes.client..", "software.amazon..")
        .check(classes);
  }

  @Test
  void adaptersKnowNeitherTheAgentNorTheClusterNorTheSimulator() {
    noClasses()
        .that()
        .resideInAnyPackage(ADAPTERS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.outrigger.agent..", "dev.outrigger.simulator..", "dev.outrigger.testbed..")
        .check(classes);
  }

  @Test
  void agentKnowsTheContractOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.outrigger.agent..")
        .and()
        .resideOutsideOfPackage("dev.outrigger.agent.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ADAPTERS)
        .check(classes);
  }

  @Test
  void pureDecisionsCallNobody() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("Decision")
        .or()
        .haveSimpleNameEndingWith("StatusComputer")
        .or()
        .haveSimpleNameEndingWith("TaskMapper")
        .or()
        .haveSimpleNameEndingWith("StatusMapper")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameEndingWith("Client")
        .check(classes);
  }
}
