"""ECS Exec and port forwarding through an unmodified boto3, which checks every answer.

Prints each answer, one JSON line a call. With a session-manager-plugin as second argument, also
runs that as the AWS CLI does. Usage: boto3_sessions.py ENDPOINT [PLUGIN]
"""
import json
import os
import socket
import subprocess
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT, region_name="eu-west-1",
                        aws_access_key_id="AKIATESTTESTTESTTEST", aws_secret_access_key="secret",
                        config=Config(retries={"total_max_attempts": 1}))


ecs, ssm = client("ecs"), client("ssm")


def say(name, answer):
    print(json.dumps({"call": name, "answer": answer}), flush=True)


def call(name, operation, **arguments):
    try:
        answer = operation(**arguments)
        answer.pop("ResponseMetadata", None)
    except ClientError as e:
        answer = {"Error": e.response["Error"]["Code"], "Message": e.response["Error"]["Message"],
                  "Status": e.response["ResponseMetadata"]["HTTPStatusCode"]}
    say(name, answer)
    return answer


def run(enabled, *command):
    ecs.register_task_definition(
        family="exec", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256",
        memory="512", taskRoleArn="arn:aws:iam::000000000000:role/task", containerDefinitions=[{
            "name": "main", "image": "busybox", "command": list(command),
            "environment": [{"name": "COLOUR", "value": "blue"}]}])
    task = ecs.run_task(
        taskDefinition="exec", launchType="FARGATE", enableExecuteCommand=enabled,
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}})["tasks"][0]
    while True:
        now = ecs.describe_tasks(tasks=[task["taskArn"]])["tasks"][0]
        if now["lastStatus"] == "RUNNING":
            return now
        time.sleep(0.1)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def plugin(session, target, **kwargs):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="AKIATESTTESTTESTTEST",
                       AWS_SECRET_ACCESS_KEY="secret")
    return subprocess.Popen(
        [sys.argv[2], json.dumps(session), "eu-west-1", "StartSession", "",
         json.dumps({"Target": target}), ENDPOINT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment,
        **kwargs)


def as_ssm(session):
    return {"SessionId": session["sessionId"], "StreamUrl": session["streamUrl"],
            "TokenValue": session["tokenValue"]}


def with_plugin(port, arn, target):
    session = call("plugin command", ecs.execute_command, task=arn, interactive=True,
                   command="sh -c 'echo colour $COLOUR; tty -s && echo terminal; "
                           "seq 20000 | tail -n 1'")["session"]
    # The plugin gives up when its input ends, so that this stays open.
    process = plugin(as_ssm(session), target)
    say("plugin output", {"text": process.stdout.read().decode()})

    missing = ecs.execute_command(task=arn, interactive=True, command="no-such-program")
    process = plugin(as_ssm(missing["session"]), target)
    say("plugin missing", {"text": process.stdout.read().decode()})

    local = free_port()
    forward = ssm.start_session(
        Target=target, DocumentName="AWS-StartPortForwardingSession",
        Parameters={"portNumber": [str(port)], "localPortNumber": [str(local)]})
    process = plugin(forward, target)
    for line in process.stdout:
        if b"Waiting for connections" in line:
            break
    answers = []
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", local), timeout=30) as s:
            s.sendall(b"GET / HTTP/1.0\r\n\r\n")
            data = b""
            while chunk := s.recv(65536):
                data += chunk
            answers.append(len(data))
    process.kill()
    say("plugin port", {"lengths": answers})


def main():
    port = free_port()
    server = ("import http.server as h\n"
              "class H(h.BaseHTTPRequestHandler):\n"
              "  def do_GET(s):\n"
              "    s.send_response(200); s.end_headers(); s.wfile.write(b'x' * 300000)\n"
              "  def log_message(s, *a): pass\n"
              "h.ThreadingHTTPServer(('127.0.0.1', %d), H).serve_forever()" % port)
    task = run(True, sys.executable, "-c", server)
    arn = task["taskArn"]
    container = task["containers"][0]
    say("describe", {"enableExecuteCommand": task["enableExecuteCommand"],
                     "managedAgents": [a["name"] for a in container["managedAgents"]]})
    target = "ecs:default_%s_%s" % (arn.split("/")[-1], container["runtimeId"])
    call("execute", ecs.execute_command, task=arn, interactive=True, command="ls")
    call("not interactive", ecs.execute_command, task=arn, interactive=False, command="ls")
    call("no cluster", ecs.execute_command, cluster="none", task=arn, interactive=True,
         command="ls")
    call("no task", ecs.execute_command, task="0" * 32, interactive=True, command="ls")
    call("no container", ecs.execute_command, task=arn, container="none", interactive=True,
         command="ls")
    off = run(False, "sleep", "60")["taskArn"]
    call("not enabled", ecs.execute_command, task=off, interactive=True, command="ls")
    session = call("start", ssm.start_session, Target=target,
                   DocumentName="AWS-StartPortForwardingSession",
                   Parameters={"portNumber": [str(port)]})
    call("resume", ssm.resume_session, SessionId=session["SessionId"])
    call("terminate", ssm.terminate_session, SessionId=session["SessionId"])
    call("resume ended", ssm.resume_session, SessionId=session["SessionId"])
    call("not connected", ssm.start_session, Target="ecs:default_0_0",
         DocumentName="AWS-StartPortForwardingSession")
    call("no document", ssm.start_session, Target=target, DocumentName="none")
    if len(sys.argv) > 2:
        deadline = time.time() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                if time.time() > deadline:
                    raise
                time.sleep(0.1)
        with_plugin(port, arn, target)
    ecs.stop_task(task=arn)
    ecs.stop_task(task=off)


main()
