"""A Lambda runtime client for Python: reads invocations from the Runtime API and calls the handler.

Usage: python_runtime.py zip|image. In an image a handler without a dot names a module whose function
is called the same, or `handler`, or `lambda_handler`.
"""
import importlib
import json
import logging
import os
import socket
import sys
import time

HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
PREFIX = "/2018-06-01/runtime"


class RuntimeApi:
    """A keep-alive connection; a plain socket starts faster than http.client is imported."""

    IDLE = 10  # seconds after which the server may close it

    def __init__(self):
        self.connect()

    def connect(self):
        self.sock = socket.create_connection((HOST, int(PORT)))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb")
        self.used = time.monotonic()

    def call(self, method, path, body=b"", headers=()):
        if time.monotonic() - self.used > self.IDLE:
            self.sock.close()
            self.connect()
        head = ["%s %s%s HTTP/1.1" % (method, PREFIX, path), "Host: %s:%s" % (HOST, PORT)]
        head += ["%s: %s" % pair for pair in headers]
        head.append("Content-Length: %d" % len(body))
        self.sock.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        status = self.file.readline()
        if not status:
            os._exit(0)
        answer = {}
        while True:
            line = self.file.readline().decode().strip()
            if not line:
                break
            name, _, value = line.partition(":")
            answer[name.strip().lower()] = value.strip()
        body = self.file.read(int(answer.get("content-length", "0")))
        self.used = time.monotonic()
        return answer, body


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = values.get("client")


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.deadline = int(headers.get("lambda-runtime-deadline-ms", "0"))
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        context = headers.get("lambda-runtime-client-context")
        self.client_context = ClientContext(json.loads(context)) if context else None

    def get_remaining_time_in_millis(self):
        return max(0, self.deadline - int(time.time() * 1000))


class Lines(logging.Handler):
    """Lambda's own layout of the logging module's records."""

    request_id = ""

    def emit(self, record):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        message = record.getMessage()
        if JSON_LOGS:
            line = {"timestamp": stamp + "Z", "level": record.levelname, "message": message,
                    "logger": record.name, "requestId": Lines.request_id}
            if record.exc_info:
                line["stackTrace"] = logging.Formatter().formatException(record.exc_info).split("\n")
            print(json.dumps(line), flush=True)
        else:
            text = "[%s]\t%s.%03dZ\t%s\t%s" % (
                record.levelname, stamp, int(record.msecs), Lines.request_id, message)
            if record.exc_info:
                text += "\n" + logging.Formatter().formatException(record.exc_info)
            print(text, flush=True)


def described(error, request_id):
    import traceback
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": request_id,
            "stackTrace": traceback.format_tb(error.__traceback__)[1:]}


def log_error(problem):
    if JSON_LOGS:
        line = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "log_level": "ERROR"}
        print(json.dumps(dict(line, **problem)), flush=True)
    else:
        text = "[ERROR] %s: %s" % (problem["errorType"], problem["errorMessage"])
        if problem["stackTrace"]:
            text += "\nTraceback (most recent call last):\n" + "".join(problem["stackTrace"]).rstrip()
        print(text, flush=True)


def load(mode):
    name = os.environ.get("_HANDLER", "")
    module_name, dot, function = name.rpartition(".")
    if dot:
        candidates = [function]
    elif mode == "image":
        module_name, candidates = name, [name, "handler", "lambda_handler"]
    else:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack "
                    "(expected 2, got 1)" % name)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as e:
        raise Fault("Runtime.ImportModuleError",
                    "Unable to import module '%s': %s" % (module_name, e))
    except SyntaxError as e:
        raise Fault("Runtime.UserCodeSyntaxError",
                    "Syntax error in module '%s': %s" % (module_name, e))
    for candidate in candidates:
        if hasattr(module, candidate):
            return getattr(module, candidate)
    raise Fault("Runtime.HandlerNotFound",
                "Handler '%s' missing on module '%s'" % (candidates[0], module_name))


class Fault(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind

    def described(self, request_id=""):
        return {"errorMessage": str(self), "errorType": self.kind, "requestId": request_id,
                "stackTrace": []}


def flush():
    sys.stdout.flush()
    sys.stderr.flush()


def send_error(api, path, problem):
    log_error(problem)
    flush()
    api.call("POST", path, json.dumps(problem).encode(),
             [("Content-Type", "application/json"),
              ("Lambda-Runtime-Function-Error-Type", problem["errorType"])])


def serve(api, handler):
    while True:
        headers, body = api.call("GET", "/invocation/next")
        request_id = headers["lambda-runtime-aws-request-id"]
        Lines.request_id = request_id
        try:
            event = json.loads(body) if body else {}
            result = handler(event, Context(headers))
        except Exception as e:
            send_error(api, "/invocation/%s/error" % request_id, described(e, request_id))
            continue
        try:
            answer = json.dumps(result).encode()
        except Exception as e:
            fault = Fault("Runtime.MarshalError", "Unable to marshal response: %s" % e)
            send_error(api, "/invocation/%s/error" % request_id, fault.described(request_id))
            continue
        flush()
        api.call("POST", "/invocation/%s/response" % request_id, answer,
                 [("Content-Type", "application/json")])


def main():
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    logging.getLogger().addHandler(Lines())
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
    if level:
        logging.getLogger().setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    api = RuntimeApi()
    try:
        handler = load(sys.argv[1])
    except Fault as e:
        send_error(api, "/init/error", e.described())
        sys.exit(1)
    except Exception as e:
        send_error(api, "/init/error", described(e, ""))
        sys.exit(1)
    serve(api, handler)


main()
