"""The Python runtime: loads a function's handler, then asks the Runtime API for work, one invocation after another.

Runs as a process of its own with the standard library only. What it does follows AWS's own Python runtime: how a handler
is found, the context it gets, how errors and log lines look.
"""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
import types

PREFIX = "/2018-06-01/runtime/"


class FaultException(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class RuntimeApi:
    def __init__(self, address):
        self.address = address
        self.connection = http.client.HTTPConnection(address)

    def call(self, method, route, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            self.connection.request(method, PREFIX + route, body, headers)
            response = self.connection.getresponse()
        except (http.client.HTTPException, OSError):
            sys.exit(1)  # the Runtime API is gone, and with it the reason to be
        return response, response.read()


class LambdaContext:
    def __init__(self, request_id, headers):
        self.aws_request_id = request_id
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = types.SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        client = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = json.loads(client, object_hook=lambda o: types.SimpleNamespace(**o)) if client else None
        self._deadline = int(headers.get("Lambda-Runtime-Deadline-Ms") or 0)

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RequestFilter(logging.Filter):
    request_id = None

    def filter(self, record):
        record.aws_request_id = RequestFilter.request_id or ""
        return True


def set_up_logging():
    handler = logging.StreamHandler(sys.stdout)
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)


def load_handler(task_root, name):
    """`package/module.function` or `package.module.function`."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot or not module_name:
        message = "Bad handler '%s': it must look like lambda_function.handler" % name
        raise FaultException("Runtime.MalformedHandlerName", message)
    sys.path.insert(0, task_root)
    # This file is named `__main__`; a function's own module of any name wins over it.
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise FaultException("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        raise FaultException("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error))
    handler = getattr(module, function_name, None)
    if handler is None:
        message = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise FaultException("Runtime.HandlerNotFound", message)
    return handler


def describe(error, request_id=None):
    kind = error.kind if isinstance(error, FaultException) else type(error).__name__
    # This file's own frames say nothing to anybody.
    frames = traceback.format_list([f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__])
    frames = [frame.replace(os.environ["LAMBDA_TASK_ROOT"] + "/", "/var/task/") for frame in frames]
    told = {"errorMessage": str(error), "errorType": kind, "stackTrace": frames}
    if request_id:
        told["requestId"] = request_id
    return told


def to_text(result):
    try:
        return json.dumps(result, ensure_ascii=False, allow_nan=False, default=not_json)
    except (TypeError, ValueError, RecursionError) as error:
        raise FaultException("Runtime.MarshalError", "Unable to marshal response: %s" % error) from None


def not_json(value):
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def print_error(told):
    print("[ERROR] %s: %s" % (told["errorType"], told["errorMessage"]))
    if told["stackTrace"]:
        print("Traceback (most recent call last):\n" + "".join(told["stackTrace"]), end="")


def main():
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    set_up_logging()
    try:
        handler = load_handler(os.environ["LAMBDA_TASK_ROOT"], os.environ["_HANDLER"])
    except BaseException as error:  # also SystemExit: a module may end itself while it is loaded
        if isinstance(error, SystemExit):
            raise
        told = describe(error)
        print_error(told)
        api.call("POST", "init/error", json.dumps(told))
        sys.exit(1)
    while True:
        RequestFilter.request_id = None
        response, body = api.call("GET", "invocation/next")
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        RequestFilter.request_id = request_id
        trace_id = response.headers.get("Lambda-Runtime-Trace-Id")
        if trace_id:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        try:
            result = handler(json.loads(body), LambdaContext(request_id, response.headers))
            text = to_text(result)
        except Exception as error:
            told = describe(error, request_id)
            print_error(told)
            sys.stdout.flush()
            api.call("POST", "invocation/%s/error" % request_id, json.dumps(told))
            continue
        sys.stdout.flush()
        api.call("POST", "invocation/%s/response" % request_id, text.encode("utf-8"))


main()
