"""The demo image's handler: says hello in its log and answers in JSON."""
import os


def my_handler(event, context):
    print("Hello from %s in %s" % (context.function_name, os.environ.get("AWS_REGION")))
    return {"handler": "my_handler", "message": "Hello from Lambda", "event": event}
