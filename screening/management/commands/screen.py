"""Screen texts, one JSON object a line, exactly as the site does: answers on standard output."""

import json
import os
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from screening import engine
from screening.context import Context
from screening.screen import screen_text

FIELDS = {"id", "text", "context"}
MAX_NAMED = 50  # unknown keys


class Command(BaseCommand):
    help = (
        "从标准输入读 JSON 行（id、text、可选的 context），逐行输出 id、score、level、fraud_type、signals。"
        "不认识的字段略过；读不懂的行写到标准错误，其余照答，最后以 1 退出。"
    )
    requires_system_checks = ()

    def handle(self, **options):
        self._without_tables = False
        self._named: set[str] = set()
        failed = 0
        if reconfigure := getattr(self.stdout, "reconfigure", None):
            reconfigure(encoding="utf-8")  # whatever the locale says
        try:
            for number, line in enumerate(sys.stdin.buffer, 1):
                failed += bool(line.strip()) and not self._judge(number, line)
        except BrokenPipeError:  # the reader of the answers has ended
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            failed += 1
        if failed:
            sys.exit(1)

    def _judge(self, number, line):
        """Judge a line and write the answer. Return False for a line that cannot be read."""
        try:
            document = _parse_input_line(line)
            context = Context.parse(document.get("context"))
            self._name_unknown(number, document)
            answer = _as_json(self._answer(document, context))
        except ValueError as error:
            self.stderr.write(f"line {number}: {error}")
            return False
        self.stdout.write(answer)
        self.stdout.flush()
        return True

    def _name_unknown(self, number, document):
        """Name keys that are left out, once each, because lines from elsewhere may have more keys."""
        inner = Context.list_unknown_keys(document.get("context") or {})
        unknown = set(document) - FIELDS | {f"context.{name}" for name in inner}
        new = sorted(unknown - self._named)[: max(0, MAX_NAMED - len(self._named))]
        self._named.update(new)
        if new:
            self.stderr.write(f"line {number}: left out: {', '.join(map(ascii, new))}")

    def _answer(self, document, context):
        answer = asdict(self._assess(document["text"], context))
        signals = [signal._asdict() for signal in answer.pop("signals")]
        return {"id": document["id"], **answer, "signals": signals}

    def _assess(self, text, context):
        """Assess without the database once it has failed, because each try would wait for it again."""
        if not self._without_tables:
            try:
                return screen_text(text, context)
            except DatabaseError:
                self._without_tables = True
                self.stderr.write("database: not reached; known contacts and pay are not looked up")
        return engine.assess_offer(text, context)


def _parse_input_line(line):
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(document, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one kind of error for a line
    if "id" not in document:
        raise ValueError("id is missing")
    if not isinstance(document.get("text"), str):
        raise ValueError("text is no text")  # noqa: TRY004
    return document


def _as_json(answer):
    try:
        written = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise ValueError("id is no JSON") from None  # NaN, 1e400
    try:
        written.encode()
    except UnicodeEncodeError:  # half a character: UTF-8 has no place for it, JSON an escape
        written = json.dumps(answer)
    return written
