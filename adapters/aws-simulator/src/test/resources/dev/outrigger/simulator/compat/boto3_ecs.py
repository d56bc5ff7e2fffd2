"""Plays ECS, CloudWatch Logs, STS and Secrets Manager through an unmodified boto3.

Prints each answer, one JSON line a call. Usage: boto3_ecs.py ENDPOINT
"""
import datetime
import json
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="eu-west-1",
                        aws_access_key_id="AKIATESTTESTTESTTEST", aws_secret_access_key="secret",
                        config=Config(retries={"total_max_attempts": 1}))


ecs, logs, sts, secrets = (client(s) for s in ("ecs", "logs", "sts", "secretsmanager"))


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


def call(name, operation, **arguments):
    try:
        answer = plain(operation(**arguments))
    except ClientError as e:
        answer = {"Error": e.response["Error"]["Code"],
                  "Status": e.response["ResponseMetadata"]["HTTPStatusCode"]}
    print(json.dumps({"call": name, "answer": answer}), flush=True)
    return answer


def identity_and_secrets():
    call("GetCallerIdentity", sts.get_caller_identity)
    call("CreateSecret", secrets.create_secret, Name="compat", SecretString="one")
    call("CreateSecret again", secrets.create_secret, Name="compat", SecretString="two")
    call("PutSecretValue", secrets.put_secret_value, SecretId="compat", SecretString="two")
    call("GetSecretValue", secrets.get_secret_value, SecretId="compat")
    call("TagSecret", secrets.tag_resource, SecretId="compat", Tags=[{"Key": "a", "Value": "1"}])
    call("DescribeSecret", secrets.describe_secret, SecretId="compat")
    call("ListSecrets", secrets.list_secrets)
    call("DeleteSecret", secrets.delete_secret, SecretId="compat", ForceDeleteWithoutRecovery=True)
    call("GetSecretValue missing", secrets.get_secret_value, SecretId="compat")


def cloudwatch_logs():
    now = int(time.time() * 1000)
    where = {"logGroupName": "compat", "logStreamName": "stream"}
    events = [{"timestamp": now, "message": "one"}, {"timestamp": now + 1, "message": "two"}]
    call("CreateLogGroup", logs.create_log_group, logGroupName="compat")
    call("CreateLogGroup again", logs.create_log_group, logGroupName="compat")
    call("CreateLogStream", logs.create_log_stream, **where)
    call("PutLogEvents", logs.put_log_events, logEvents=events, **where)
    call("GetLogEvents", logs.get_log_events, startFromHead=True, **where)
    call("FilterLogEvents", logs.filter_log_events, logGroupName="compat", filterPattern="one")
    call("DescribeLogStreams", logs.describe_log_streams, logGroupName="compat")
    call("DescribeLogGroups", logs.describe_log_groups, logGroupNamePrefix="compat")
    call("DeleteLogGroup", logs.delete_log_group, logGroupName="compat")
    call("GetLogEvents missing", logs.get_log_events, **where)


def container_service():
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    call("CreateCluster", ecs.create_cluster, clusterName="compat")
    call("DescribeClusters", ecs.describe_clusters, clusters=["compat", "none"])
    call("ListClusters", ecs.list_clusters)
    call("RegisterTaskDefinition", ecs.register_task_definition, family="compat",
         networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
         containerDefinitions=[{"name": "main", "image": "busybox",
                                "command": ["/bin/sh", "-c", "sleep 60"]}])
    call("DescribeTaskDefinition", ecs.describe_task_definition, taskDefinition="compat")
    call("DescribeTaskDefinition missing", ecs.describe_task_definition, taskDefinition="none")
    call("ListTaskDefinitions", ecs.list_task_definitions, familyPrefix="compat")
    call("ListTaskDefinitionFamilies", ecs.list_task_definition_families, familyPrefix="compat")
    ran = call("RunTask", ecs.run_task, cluster="compat", taskDefinition="compat",
               launchType="FARGATE", networkConfiguration=network, startedBy="compat",
               tags=[{"key": "a", "value": "1"}])
    arn = ran["tasks"][0]["taskArn"]
    # a moment after RUNNING: a task shows its start only then
    ecs.get_waiter("tasks_running").wait(cluster="compat", tasks=[arn],
                                         WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    call("DescribeTasks", ecs.describe_tasks, cluster="compat", tasks=[arn], include=["TAGS"])
    call("DescribeTasks missing", ecs.describe_tasks, cluster="compat",
         tasks=["0123456789abcdef0123456789abcdef"])
    call("ListTasks", ecs.list_tasks, cluster="compat", startedBy="compat")
    call("ListTasks missing cluster", ecs.list_tasks, cluster="none")
    call("TagResource", ecs.tag_resource, resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    call("ListTagsForResource", ecs.list_tags_for_resource, resourceArn=arn)
    call("StopTask", ecs.stop_task, cluster="compat", task=arn, reason="enough")
    ecs.get_waiter("tasks_stopped").wait(cluster="compat", tasks=[arn],
                                         WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    call("DescribeTasks stopped", ecs.describe_tasks, cluster="compat", tasks=[arn])
    call("DeregisterTaskDefinition", ecs.deregister_task_definition, taskDefinition="compat:1")


identity_and_secrets()
cloudwatch_logs()
container_service()
