"""Web processes, as in production, on the tests' database."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from urllib.parse import quote

from django.conf import settings

from tests.jobsite.workers import LONG, PROJECT

NAME_OF_WEB = "web process of a test"


@contextlib.contextmanager
def run_web_process(folder, workers=1, **variables):
    """Yield the port; `variables` of its environment take the place of those here."""
    to = settings.DATABASES["default"]
    user = f"{quote(to['USER'] or '')}:{quote(to['PASSWORD'] or '', safe='')}"
    host = quote(str(to["HOST"] or ""), safe="")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "jobsite.wsgi"),
                *("--config", "deploy/gunicorn.conf.py", "--workers", str(workers)),
                *("--bind", f"fd://{door.fileno()}"),
            ],
            pass_fds=[door.fileno()],
            cwd=PROJECT,
            env=os.environ
            | {
                "DATABASE_URL": f"postgresql://{user}@{host}:{to['PORT'] or 5432}/{quote(to['NAME'])}",
                "DJANGO_SETTINGS_MODULE": "tests.jobsite.web_settings",
                "SECRET_KEY": "of-web-processes-of-tests-" * 2,
                "DEBUG": "0",
                "HTTPS": "0",
                "KEEP_PAGES": "1",
                "PGAPPNAME": NAME_OF_WEB,
                "MAIL_URL": f"file:{folder}/mail",
            }
            | variables,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield door.getsockname()[1]
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=LONG)


def is_up(port):
    with contextlib.suppress(OSError):
        return get_http_response(port, "/healthz").status == 200
    return False


def get_http_response(port, address, **headers):
    """The answer, with its body as `text` and the moment at which it was asked as `asked_at`."""
    asked_at = time.monotonic()
    asked = HTTPConnection("127.0.0.1", port, timeout=LONG)
    try:
        asked.request("GET", address, headers={"Host": "localhost"} | headers)
        answer = asked.getresponse()
        answer.text, answer.asked_at = answer.read().decode(), asked_at
        return answer
    finally:
        asked.close()
