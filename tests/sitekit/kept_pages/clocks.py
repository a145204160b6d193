"""A clock that a test turns, and a log of changes that reads it."""

from sitekit.kept_pages.changes import ChangeLog


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def make_log(*, is_trusted=True):
    clock = Clock()
    log = ChangeLog(clock)
    if is_trusted:
        log.confirm(clock.now)
    return log, clock


def pass_time(log, clock, seconds, *, is_trusted=True):
    clock.now += seconds
    if is_trusted:
        log.confirm(clock.now)
