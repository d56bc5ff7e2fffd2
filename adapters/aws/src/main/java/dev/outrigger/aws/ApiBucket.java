package dev.outrigger.aws;

import java.util.Set;

/**
 * The request rates that AWS documents, each shared by the calls named beside it, per account and
 * region. All of this module's numbers stand here.
 *
 * <p>Sources: "Request throttling for the Amazon ECS API" (Amazon ECS API Reference); "AWS Lambda
 * endpoints and quotas"; "CloudWatch Logs quotas"; "AWS Secrets Manager quotas"; "Fargate
 * throttling quotas".
 */
public enum ApiBucket {
  /** RegisterTaskDefinition, DeregisterTaskDefinition. */
  ECS_TASK_DEFINITION_WRITE(20, 1),
  /** DescribeTaskDefinition. */
  ECS_TASK_DEFINITION_READ(50, 20),
  /** RunTask, StopTask, ExecuteCommand. */
  ECS_TASK_WRITE(100, 40),
  /** DescribeTasks, ListTasks. */
  ECS_TASK_READ(100, 20),
  /** Tasks launched on Fargate, on demand and Spot. */
  FARGATE_LAUNCH(100, 20),
  /** All of Lambda's control plane except GetFunction; cannot be raised. */
  LAMBDA_CONTROL(15, 15),
  /** GetFunction, GetFunctionConfiguration. */
  LAMBDA_GET_FUNCTION(100, 100),
  /** Invoke: ten requests a second for each of 1,000 environments. */
  LAMBDA_INVOKE(10_000, 10_000),
  /** GetLogEvents: 25, or 10 in the regions of {@link #SLOW_LOG_REGIONS}. */
  LOGS_GET_EVENTS(25, 25),
  /** FilterLogEvents: 10 in most regions, 5 in eu-central-1, 25 in us-east-1. */
  LOGS_FILTER_EVENTS(10, 10),
  /** CreateLogStream, and the rarer CreateLogGroup and DeleteLogStream. */
  LOGS_CREATE_STREAM(50, 50),
  /** DescribeLogStreams. */
  LOGS_DESCRIBE_STREAMS(25, 25),
  /** PutLogEvents. */
  LOGS_PUT_EVENTS(800, 800),
  /**
   * StartSession, ResumeSession, TerminateSession of Systems Manager. AWS documents no figure: this
   * is a guess on the safe side, and the bucket slows down by itself when AWS throttles.
   */
  SSM_SESSIONS(50, 10),
  /** CreateSecret, DeleteSecret. */
  SECRETS_WRITE(50, 50),
  /** GetServiceQuota, GetAWSDefaultServiceQuota: rarely asked; a guess on the safe side. */
  SERVICE_QUOTAS(5, 2);

  private static final Set<String> SLOW_LOG_REGIONS =
      Set.of("us-west-2", "eu-west-1", "eu-central-1");

  private final int burst;
  private final int perSecond;

  ApiBucket(int burst, int perSecond) {
    this.burst = burst;
    this.perSecond = perSecond;
  }

  Rate in(String region) {
    return switch (this) {
      case LOGS_GET_EVENTS -> Rate.steady(SLOW_LOG_REGIONS.contains(region) ? 10 : perSecond);
      case LOGS_FILTER_EVENTS ->
          switch (region) {
            case "us-east-1" -> Rate.steady(25);
            case "eu-central-1" -> Rate.steady(5);
            default -> Rate.steady(perSecond);
          };
      case ECS_TASK_DEFINITION_WRITE,
          ECS_TASK_DEFINITION_READ,
          ECS_TASK_WRITE,
          ECS_TASK_READ,
          FARGATE_LAUNCH,
          LAMBDA_CONTROL,
          LAMBDA_GET_FUNCTION,
          LAMBDA_INVOKE,
          LOGS_CREATE_STREAM,
          LOGS_DESCRIBE_STREAMS,
          LOGS_PUT_EVENTS,
          SSM_SESSIONS,
          SECRETS_WRITE,
          SERVICE_QUOTAS ->
          new Rate(burst, perSecond);
    };
  }

  /** Tokens that a full bucket holds, and tokens that come back each second. */
  record Rate(int burst, int perSecond) {

    static Rate steady(int perSecond) {
      return new Rate(perSecond, perSecond);
    }
  }
}
