"""Runs programs as children that begin with what takes long to load and needs no settings: a quarter of the time
of a new interpreter. Settings, apps and environment are read by each child itself. See `tests.interpreters`."""

import json
import os
import runpy
import sys
import tempfile
import traceback

import django.core.management
import django.core.serializers
import django.db.models
import django.http
import django.urls
import fido2.server
import numpy as np
import procrastinate
import psycopg
import requests
import rjieba

import screening.engine

LOADED = (django, fido2, np, procrastinate, psycopg, requests, rjieba, screening)


def main():
    """A line of JSON in, a line of JSON out, until there is no more input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                run_program(request, out.fileno(), err.fileno())
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            texts = [read_all(file) for file in (out, err)]
        print(json.dumps([status, *texts]), file=answers, flush=True)


def read_all(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def run_program(request, out, err):
    """Never returns."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.clear()
    os.environ.update(request["environment"])
    status = 1
    try:
        execute_python_command(request["arguments"])
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def execute_python_command(arguments):
    sys.argv = arguments
    if arguments[0] == "-c":
        exec(compile(arguments[1], "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
    elif arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(arguments[0]))
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main()
