"""Answers with its event."""
import json


def handler(event, context):
    print("echo " + json.dumps(event))
    return event
