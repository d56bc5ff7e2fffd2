package dev.outrigger.lambda;

import dev.outrigger.provider.ContainerWork;
import dev.outrigger.provider.EnvVariable;
import dev.outrigger.provider.PodAttempt;
import dev.outrigger.provider.PodWork;
import dev.outrigger.provider.testkit.PodWorks;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;

/** manifests/samples/aws-lambda-pod.yaml, with what the API server adds. */
final class SampleWork {

  private SampleWork() {}

  static PodWork of(PodAttempt attempt) {
    ContainerWork container =
        new ContainerWork(
            "aws-lambda",
            "amazon/aws-lambda-base-docker:latest",
            List.of("my_handler"),
            List.of(),
            Optional.empty(),
            List.of(
                EnvVariable.plain("AWS_ACCESS_KEY_ID", "<your-access-key>"),
                EnvVariable.plain("AWS_SECRET_ACCESS_KEY", "<your-secret-key>"),
                EnvVariable.plain("AWS_REGION", "us-west-2")));
    PodWork plain = PodWorks.pod(attempt, List.of(), List.of(container));
    var pod =
        new PodBuilder(plain.pod())
            .editSpec()
            .withRestartPolicy("Always")
            .withNodeName("virtual-kubelet")
            .withServiceAccountName("default")
            .withTerminationGracePeriodSeconds(30L)
            .withDnsPolicy("ClusterFirst")
            .withNewSecurityContext()
            .endSecurityContext()
            .editContainer(0)
            .withNewResources()
            .addToLimits("memory", new Quantity("512Mi"))
            .addToLimits("cpu", new Quantity("1"))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    return new PodWork(attempt, pod, List.of(), List.of(container), List.of());
  }
}
