"""Who writes while others read: employers who post, a moderator who decides; in a process of their own."""

import itertools
import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from django.db import connection, connections

from accounts.models import Employer, User
from cities.models import Region
from listings.choices import ListingStatus
from listings.publication.submission import create_listing_with_draft, submit_text
from safety.moderation.decisions import CASE_TYPES, REFUSALS, make_decision
from safety.moderation.permissions import ensure_moderator_group
from tools.bench.scenario.addresses import list_busy_cities
from tools.bench.scenario.mix import StaffPace
from tools.bench.scenario.texts import write_posting
from tools.demo.factories import build_listing_content, make_employer, make_user

POSTS_OF_ONE = 5  # an employer may post ten a day
QUEUE_EVERY = 3
REASON = "压力测试：写得不清楚。"


@dataclass
class StaffWork:
    """Seconds of each post and decision, how they ended, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)


def make_moderator() -> User:
    moderator = make_user(f"moderator-{secrets.token_hex(4)}@example.com", is_staff=True)
    moderator.groups.add(ensure_moderator_group())
    return moderator


@contextmanager
def staff_at_work(pace: StaffPace, seconds: float) -> Iterator[Callable[[], StaffWork]]:
    """Start them; what is yielded waits for their end and returns what they did.

    To be entered before any thread is started. They end after `seconds`, or with this process.
    """
    connections.close_all()
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    arguments = (pace, time.monotonic() + seconds, sender, os.getpid())
    process = context.Process(target=_work_in_process, args=arguments, daemon=True)
    process.start()
    sender.close()

    def wait_for_end() -> StaffWork:
        work: StaffWork = receiver.recv()
        process.join(30)
        return work

    try:
        yield wait_for_end
    finally:
        process.terminate()
        process.join(10)
        receiver.close()


def _work_in_process(pace: StaffPace, until: float, sender: Connection, parent: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the command's own would wait for the threads
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # of a terminal it comes to all; the command ends this one
    work, moderator = StaffWork(), make_moderator()
    cities = list_busy_cities()[:50]

    def may_go_on() -> bool:
        return time.monotonic() < until and os.getppid() == parent

    acts = [(_Writer(cities, number).post, pace.writer_seconds) for number in range(pace.writers)]
    acts.append((lambda: decide_next(moderator), pace.moderator_seconds))
    threads = [
        threading.Thread(target=_repeat_staff_act, args=(act, every, work, may_go_on))
        for act, every in acts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.send(work)


def _repeat_staff_act(
    act: Callable[[], str], every: float, work: StaffWork, may_go_on: Callable[[], bool]
) -> None:
    try:
        while may_go_on():
            began = time.monotonic()
            try:
                outcome = act()
            except Exception as error:  # it is counted, and the next is tried
                work.errors[f"{type(error).__name__}: {error}"[:160]] += 1
            else:
                kind = "decision" if outcome.startswith("decision") else "post"
                work.outcomes[outcome] += 1
                work.seconds.setdefault(kind, []).append(time.monotonic() - began)
            time.sleep(max(0.0, every - (time.monotonic() - began)))
    finally:
        connection.close()


class _Writer:
    """Posts for one employer after another; `number` makes its texts its own."""

    def __init__(self, cities: list[Region], number: int) -> None:
        self._cities = cities
        self._random = Random(secrets.randbits(32) + number)  # noqa: S311 - words, no secret
        self._posts = itertools.count()
        self._employer: Employer | None = None
        self._author: User | None = None

    def post(self) -> str:
        number = next(self._posts)
        if number % POSTS_OF_ONE == 0 or self._employer is None or self._author is None:
            self._author = make_user(f"writer-{secrets.token_hex(5)}@example.com")
            name = f"试营业小店{secrets.token_hex(4)}"
            city = self._random.choice(self._cities)
            self._employer = make_employer(name, region=city, member=self._author)
        words = write_posting(self._random, is_queued=number % QUEUE_EVERY == 0)
        content = build_listing_content(
            by=self._employer.name, region=self._employer.region, **words
        )
        listing = create_listing_with_draft(self._employer, self._author)
        return f"post: {submit_text(listing, content, self._author, signed_no_fee=True).outcome}"


def decide_next(moderator: User) -> str:
    """Decide the case that waits longest; every fourth text is sent back."""
    case_type: Any = CASE_TYPES["listing"]
    waiting = next(iter(case_type.list_waiting(moderator)), None)
    if waiting is None:
        return "decision: nothing waits"
    action = ListingStatus.REJECTED if waiting % 4 == 0 else ListingStatus.PUBLISHED
    try:
        make_decision("listing", waiting, action, moderator, REASON, confirmed=True)
    except REFUSALS as refused:
        return f"decision: refused ({type(refused).__name__})"
    return f"decision: {action}"
