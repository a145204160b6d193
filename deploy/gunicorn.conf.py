"""gunicorn for production; what is given on the command line or in GUNICORN_CMD_ARGS wins."""

import ctypes
import fcntl
import gc
import logging
import multiprocessing
import os
from pathlib import Path
from typing import Any

from gunicorn.systemd import sd_notify

from jobsite.env import read_env_flag

bind = "0.0.0.0:8000"
workers = multiprocessing.cpu_count() + 1
threads = 2
worker_class = "jobsite.operations.web_worker.PageWorker"  # one of gthread
preload_app = True  # code and dictionaries are loaded once, and all workers share their memory
limit_request_line = 0  # a long question gets a page; the proxy in front sets the bound
max_requests = 100_000  # a worker begins with no page kept, so it is replaced seldom
max_requests_jitter = 10_000
accesslog = None  # addresses of people stay out of the logs; the proxy keeps what the law asks for
control_socket_disable = True
# Where systemd waits for a word, and how many of the first workers can answer.
_systemd = {"socket": "", "answering": multiprocessing.Value("i", 0)}


def on_starting(server: Any) -> None:
    _keep_notify_socket()
    _write_log_as_the_site(server)


def _keep_notify_socket() -> None:
    """gunicorn would tell systemd now, seconds before a worker answers; who ends the former release
    goes by it."""
    _systemd["socket"] = os.environ.pop("NOTIFY_SOCKET", "")


def _write_log_as_the_site(server: Any) -> None:
    site = logging.getHandlerByName("console")
    for handler in server.log.error_log.handlers if site else ():
        handler.setFormatter(site.formatter)
        handler.filters = site.filters


def pre_fork(server: Any, worker: Any) -> None:
    from jobsite.monitoring.shared_counters import find_free_slot, share_counters

    share_counters()
    worker.counter_place = find_free_slot(server.WORKERS.values())


def post_fork(server: Any, worker: Any) -> None:
    from jobsite.monitoring.shared_counters import claim_slot

    claim_slot(worker.counter_place)


def on_exit(server: Any) -> None:
    from jobsite.monitoring.shared_counters import forget_counters

    forget_counters()


def when_ready(server: Any) -> None:
    """Before the first worker is forked."""
    _refuse_open_trial()
    _require_proxy(server)
    _load_what_workers_share()


def _refuse_open_trial() -> None:
    """Stop if others can come to what is for one's own desk: pages would show them code and settings,
    and mails would lie in files."""
    from django.conf import settings

    for name in ("DEBUG", "TRIAL"):
        if settings.OPEN_TO_OTHERS and getattr(settings, name):
            raise SystemExit(f"{name} is on, but others can come (see ALLOWED_HOSTS, SITE_URL).")


def _require_proxy(server: Any) -> None:
    """Stop on a unix socket without BEHIND_PROXY: all visitors would share one limit."""
    is_local = any(str(listener).startswith("unix:") for listener in server.LISTENERS)
    if is_local and not read_env_flag("BEHIND_PROXY"):
        raise SystemExit("BEHIND_PROXY is not set, but only a proxy can ask on a unix socket.")


def post_worker_init(worker: Any) -> None:
    """Answer probes at PROBE_BIND beside the threads of requests, which may all be waiting. Where systemd
    began this process others serve meanwhile, so that the first visitor need not wait for what loads late."""
    from django.conf import settings

    from jobsite.monitoring.probe_server import start_probe_server
    from jobsite.operations.first_pages import draw_first_pages

    if settings.PROBE_BIND:
        start_probe_server(settings.PROBE_BIND)
    if _systemd["socket"]:
        with Path(__file__).open() as turn:  # in turn: those who serve have the other cores
            fcntl.flock(turn, fcntl.LOCK_EX)
            draw_first_pages(worker.wsgi)
        _tell_systemd(worker)


def _tell_systemd(worker: Any) -> None:
    """As the last of the first workers: all of them answer."""
    with _systemd["answering"].get_lock():
        _systemd["answering"].value += 1
        is_last = _systemd["answering"].value == worker.cfg.workers
    if is_last:
        os.environ["NOTIFY_SOCKET"] = _systemd["socket"]
        sd_notify("READY=1", worker.log, unset_environment=True)


def _load_what_workers_share() -> None:
    """What a process else loads with its first pages; nothing of it asks the database."""
    from django.urls import get_resolver

    from screening.engine import assess_offer
    from textkit.segmentation import segment_words, spell_pinyin

    get_resolver().url_patterns  # noqa: B018 - reading it loads all views
    segment_words("周末传单派发")
    spell_pinyin(
        "凤凰古城"
    )  # no word of the trade: loads 50 MB, which a listing that is published needs
    assess_offer("周末传单派发，当天结，先交押金 98 元，加微信 example-12345。")
    gc.collect()
    _return_free_memory()
    gc.freeze()  # else each collection would write to all of it, and so copy it


def _return_free_memory() -> None:
    """What loading the model took for a moment, 17 MB, stays with the process otherwise, and with all workers. Only
    glibc has a call for that."""
    if return_memory := getattr(ctypes.CDLL(None), "malloc_trim", None):
        return_memory(0)
