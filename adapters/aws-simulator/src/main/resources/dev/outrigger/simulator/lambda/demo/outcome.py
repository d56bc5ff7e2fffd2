"""Ends as its event, or else its environment, asks.

Event members (environment variables): sleep (OUTCOME_SLEEP) seconds; exit (OUTCOME_EXIT) status;
error (OUTCOME_ERROR) message of the exception to raise; memory (OUTCOME_MEMORY) MB to fill;
lines (OUTCOME_LINES) number of log lines.
"""
import os
import sys
import time


def handler(event, context):
    def asked(name):
        if isinstance(event, dict) and name in event:
            return event[name]
        return os.environ.get("OUTCOME_" + name.upper())

    for number in range(int(asked("lines") or 0)):
        print("line %d" % (number + 1))
    if asked("memory"):
        filled = [bytearray(b"x") * (1 << 20) for _ in range(int(asked("memory")))]
        time.sleep(0.5)
        print("filled %d MB" % len(filled))
    if asked("sleep"):
        time.sleep(float(asked("sleep")))
    if asked("exit") is not None:
        sys.exit(int(asked("exit")))
    if asked("error"):
        raise RuntimeError(asked("error"))
    return {"outcome": "success"}
