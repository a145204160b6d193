"""Screen texts, one JSON object a line, exactly as the site does: answers on standard output."""

import json
import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from screening import engine
from screening.context import Context
from screening.screen import screen

FIELDS = {"id", "text", "context"}


class Command(BaseCommand):
    help = (
        "从标准输入读 JSON 行（id、text、可选的 context），逐行输出 id、score、level、fraud_type、signals。"
        "读不懂的行写到标准错误，其余照答，最后以 1 退出。"
    )
    requires_system_checks = ()

    def handle(self, **options):
        self._without_tables = False
        failed = 0
        for number, line in enumerate(sys.stdin.buffer, 1):
            if not line.strip():
                continue
            try:
                answer = self._answer(_given(line))
            except ValueError as error:
                failed += 1
                self.stderr.write(f"line {number}: {error}")
                continue
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            self.stdout.flush()
        if failed:
            sys.exit(1)

    def _answer(self, given):
        said = self._said(given["text"], _context(given.get("context")))
        return {
            "id": given["id"],
            "score": said.score,
            "level": said.level,
            "fraud_type": said.fraud_type,
            "signals": [_signal(signal) for signal in said.signals],
        }

    def _said(self, text, context):
        """The rules alone once the database has failed: each try would wait for it again."""
        if not self._without_tables:
            try:
                return screen(text, context)
            except DatabaseError:
                self._without_tables = True
                self.stderr.write("database: not reached; known contacts and pay are not looked up")
        return engine.assess(text, context)


def _given(line):
    try:
        given = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(given, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one kind of error for a line
    if unknown := sorted(set(given) - FIELDS):
        raise ValueError(f"unknown fields: {', '.join(unknown)}")
    if "id" not in given:
        raise ValueError("id is missing")
    if not isinstance(given.get("text"), str):
        raise ValueError("text is no text")  # noqa: TRY004
    return given


def _context(given):
    if given is None:
        return Context()
    if not isinstance(given, dict):
        raise ValueError("context is no JSON object")  # noqa: TRY004
    return Context.read(given)


def _signal(signal):
    return {
        "code": signal.code,
        "weight": signal.weight,
        "start": signal.start,
        "end": signal.end,
        "reason": signal.reason,
        "fraud_type": signal.fraud_type,
    }
