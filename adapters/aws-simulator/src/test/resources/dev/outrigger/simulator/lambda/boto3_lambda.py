"""Plays the Lambda API through an unmodified boto3 and prints each answer, one JSON line a call.

Usage: boto3_lambda.py ENDPOINT
"""
import base64
import datetime
import io
import json
import sys
import time
import zipfile

import boto3
from botocore.config import Config

client = boto3.client("lambda", endpoint_url=sys.argv[1], region_name="us-west-2",
                      aws_access_key_id="AKIATESTTESTTESTTEST", aws_secret_access_key="secret",
                      config=Config(retries={"total_max_attempts": 1}))
ROLE = "arn:aws:iam::000000000000:role/lambda"
CODE = """
def handler(event, context):
    print("got", event)
    if event.get("fail"):
        raise ValueError("asked to fail")
    return {"answer": event["n"] + 1}
"""


def package():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("app.py", CODE)
    return out.getvalue()


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in ("HTTPHeaders", "RetryAttempts")}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        return json.loads(value.read() or b"null")
    return value


def call(name, operation, **arguments):
    try:
        answer = plain(getattr(client, operation)(**arguments))
        if "LogResult" in answer:
            answer["LogResult"] = base64.b64decode(answer["LogResult"]).decode()
    except client.exceptions.ClientError as e:
        answer = {"Error": e.response["Error"]["Code"],
                  "Status": e.response["ResponseMetadata"]["HTTPStatusCode"]}
    print(json.dumps({"call": name, "answer": answer}), flush=True)
    return answer


def main():
    arguments = dict(FunctionName="compat", Role=ROLE, Runtime="python3.12", Handler="app.handler",
                     Code={"ZipFile": package()}, Timeout=10, MemorySize=256, Tags={"a": "1"},
                     Environment={"Variables": {"SOME_NAME": "value"}})
    created = call("create", "create_function", **arguments)
    client.get_waiter("function_active_v2").wait(FunctionName="compat")
    call("create again", "create_function", **arguments)
    call("get", "get_function", FunctionName="compat")
    call("configuration", "get_function_configuration", FunctionName="compat")
    call("list", "list_functions")
    call("invoke", "invoke", FunctionName="compat", LogType="Tail", Payload=b'{"n": 1}')
    call("fail", "invoke", FunctionName="compat", Payload=b'{"fail": true}')
    call("event", "invoke", FunctionName="compat", InvocationType="Event", Payload=b'{"n": 2}')
    call("dry run", "invoke", FunctionName="compat", InvocationType="DryRun")
    call("update", "update_function_configuration", FunctionName="compat", Timeout=20)
    client.get_waiter("function_updated_v2").wait(FunctionName="compat")
    call("code", "update_function_code", FunctionName="compat", ZipFile=package())
    client.get_waiter("function_updated_v2").wait(FunctionName="compat")
    call("tag", "tag_resource", Resource=created["FunctionArn"], Tags={"b": "2"})
    call("tags", "list_tags", Resource=created["FunctionArn"])
    call("untag", "untag_resource", Resource=created["FunctionArn"], TagKeys=["a"])
    call("reserve", "put_function_concurrency", FunctionName="compat",
         ReservedConcurrentExecutions=0)
    call("throttled", "invoke", FunctionName="compat", Payload=b'{"n": 3}')
    time.sleep(1)  # the control plane takes 15 requests a second
    call("unreserve", "delete_function_concurrency", FunctionName="compat")
    call("delete", "delete_function", FunctionName="compat")
    call("not found", "get_function", FunctionName="compat")


main()
