"""`manage.py screen`: JSON lines in, JSON lines out, the same answers as the site."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import OperationalError

from screening import engine
from screening.context import Context
from screening.management.commands import screen as command
from screening.screen import screen

SCAM = "招刷单员，先垫付再返佣金"


def run(monkeypatch, *lines):
    """(answers, what went to standard error, exit code)"""
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    stdin = type("Stdin", (), {"buffer": io.BytesIO(b"\n".join(written))})
    monkeypatch.setattr(command.sys, "stdin", stdin)
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("screen", stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code


@pytest.mark.django_db
def test_it_answers_line_by_line_as_the_site_does(monkeypatch):
    answers, said, code = run(monkeypatch, {"id": "a", "text": SCAM}, {"id": 7, "text": "招家教"})
    expected = screen(SCAM, Context())
    assert (said, code) == ("", 0)
    assert [answer["id"] for answer in answers] == ["a", 7]
    assert set(answers[0]) == {"id", "score", "level", "fraud_type", "signals"}
    assert answers[0]["score"] == expected.score
    assert answers[0]["fraud_type"] == "brushing_rebate"
    told = [(s["code"], s["weight"], s["start"], s["end"]) for s in answers[0]["signals"]]
    assert told == [(s.code, s.weight, s.start, s.end) for s in expected.signals]
    assert set(answers[0]["signals"][0]) == {
        "code", "weight", "start", "end", "reason", "fraud_type",
    }  # fmt: skip
    assert answers[1]["signals"] == []


@pytest.mark.django_db
def test_the_context_is_handed_on(monkeypatch):
    seen = []
    monkeypatch.setattr(command, "screen", lambda text, c: seen.append(c) or engine.assess(text, c))
    given = {"category": "tutor", "pay_min": 80, "pay_unit": "hour"}
    run(monkeypatch, {"id": 1, "text": "家教", "context": given})
    assert (seen[0].category, str(seen[0].pay_min), seen[0].pay_unit) == ("tutor", "80.00", "hour")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[1]", "no JSON object"),
        ({"text": "家教"}, "id is missing"),
        ({"id": 1}, "text is no text"),
        ({"id": 1, "text": 5}, "text is no text"),
        ({"id": 1, "text": "家教", "more": 1}, "unknown fields: more"),
        ({"id": 1, "text": "家教", "context": 3}, "context is no JSON object"),
        ({"id": 1, "text": "家教", "context": {"sex": "x"}}, "unknown context: sex"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(monkeypatch, line, words):
    answers, said, code = run(monkeypatch, {"id": 1, "text": SCAM}, line, {"id": 2, "text": SCAM})
    assert [answer["id"] for answer in answers] == [1, 2]
    assert f"line 2: {words}" in said
    assert code == 1


@pytest.mark.django_db
def test_blank_lines_are_passed_over(monkeypatch):
    answers, said, code = run(monkeypatch, b"", b"  ", {"id": 1, "text": SCAM})
    assert (len(answers), said, code) == (1, "", 0)


def test_without_the_database_the_rules_answer_alone(monkeypatch):
    tries = []

    def unreachable(text, context):
        tries.append(text)
        raise OperationalError("connection refused")

    monkeypatch.setattr(command, "screen", unreachable)
    answers, said, code = run(monkeypatch, {"id": 1, "text": SCAM}, {"id": 2, "text": SCAM})
    assert [answer["fraud_type"] for answer in answers] == ["brushing_rebate"] * 2
    assert code == 0
    assert said.count("database") == 1
    assert len(tries) == 1
    assert "refused" not in said
