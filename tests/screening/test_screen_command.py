"""`manage.py screen`: JSON lines in, JSON lines out, the same answers as the site."""

import io
import json
import os
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError

from screening import engine
from screening.context import Context
from screening.management.commands import screen as command
from screening.screen import screen_text

SCAM = "招刷单员，先垫付再返佣金"


def stdin_of(written):
    return type("Stdin", (), {"buffer": io.BytesIO(written)})


def run_screen_command(monkeypatch, *lines):
    """(answers, what went to standard error, exit code)"""
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    monkeypatch.setattr(command.sys, "stdin", stdin_of(b"\n".join(written)))
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("screen", stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code


@pytest.mark.django_db
def test_it_answers_line_by_line_as_the_site_does(monkeypatch):
    answers, errors, code = run_screen_command(
        monkeypatch, {"id": "a", "text": SCAM}, {"id": 7, "text": "招家教"}
    )
    expected = screen_text(SCAM, Context())
    assert (errors, code) == ("", 0)
    assert [answer["id"] for answer in answers] == ["a", 7]
    assert set(answers[0]) == {
        "id", "score", "level", "fraud_type", "second_type", "forbidden", "required_changes", "stops", "signals",
        "is_doubtful",
    }  # fmt: skip
    assert answers[0]["score"] == expected.score
    assert answers[0]["fraud_type"] == "brushing_rebate"
    signals = [(s["code"], s["weight"], s["start"], s["end"]) for s in answers[0]["signals"]]
    assert signals == [(s.code, s.weight, s.start, s.end) for s in expected.signals]
    assert set(answers[0]["signals"][0]) == {
        "code", "weight", "start", "end", "reason", "fraud_type",
    }  # fmt: skip
    assert (answers[1]["level"], answers[1]["signals"]) == ("low", [])


@pytest.mark.django_db
def test_the_context_is_handed_on(monkeypatch):
    seen = []
    monkeypatch.setattr(
        command, "screen_text", lambda text, c: seen.append(c) or engine.assess_offer(text, c)
    )
    given = {"category": "tutor", "pay_min": 80, "pay_unit": "hour"}
    run_screen_command(monkeypatch, {"id": 1, "text": "家教", "context": given})
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
        ({"id": 1, "text": "家教", "context": 3}, "context is no JSON object"),
        ({"id": 1, "text": "家教", "context": {"pay_unit": 5}}, "pay_unit is no text"),
        ({"id": 1, "text": "家教", "context": {"category": "a\0"}}, "category is no text"),
        ({"id": 1, "text": "家教", "context": {"tier": "\ud800"}}, "tier is no text"),
        ({"id": 1, "text": "家教", "context": {"contacts": "x"}}, "contacts is no list"),
        ({"id": 1, "text": "家教", "context": {"spread": []}}, "spread is no JSON object"),
        ({"id": 1, "text": "家教", "context": {"spread": {"cities": True}}}, "spread holds whole"),
        ({"id": 1, "text": "家教", "context": {"pay_max": float("nan")}}, "pay_max is no amount"),
        (b'{"id": 1, "text": "x", "context": {"pay_max": 1e400}}', "pay_max is no amount"),
        (b'{"id": 1, "text": "x", "n": ' + b"9" * 5000 + b"}", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"id": 1e400, "text": "x"}', "id is no JSON"),
        ({"id": float("nan"), "text": "x"}, "id is no JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(monkeypatch, line, words):
    answers, errors, code = run_screen_command(
        monkeypatch, {"id": 1, "text": SCAM}, line, {"id": 2, "text": SCAM}
    )
    assert [answer["id"] for answer in answers] == [1, 2]
    assert f"line 2: {words}" in errors
    assert code == 1


@pytest.mark.django_db
def test_what_it_does_not_know_is_left_out_and_named_once(monkeypatch):
    line = {"id": 1, "text": SCAM, "label": 1, "context": {"sex": "x", "spread": {"pages": 2}}}
    answers, errors, code = run_screen_command(monkeypatch, line, line | {"source": "\x1b[31m"})
    assert [answer["fraud_type"] for answer in answers] == ["brushing_rebate"] * 2
    assert code == 0
    assert errors.splitlines() == [
        "line 1: left out: 'context.sex', 'context.spread.pages', 'label'",
        "line 2: left out: 'source'",
    ]


@pytest.mark.django_db
def test_a_name_of_control_characters_cannot_speak_to_the_terminal(monkeypatch):
    _answers, errors, _code = run_screen_command(monkeypatch, {"id": 1, "text": "x", "\x1b[31m": 1})
    assert "left out" in errors
    assert "\x1b" not in errors


@pytest.mark.django_db
@pytest.mark.parametrize("given", [None, True, 7, 1.5, "七", "\ud800", [1, [2]], {"a": None}])
def test_an_id_of_any_kind_comes_back_as_it_was(monkeypatch, given):
    (answer,), errors, code = run_screen_command(monkeypatch, {"id": given, "text": SCAM})
    assert (answer["id"], errors, code) == (given, "", 0)


@pytest.mark.django_db
def test_half_characters_are_read_over_and_the_answer_is_utf_8(monkeypatch):
    line = b'{"id": "\\ud800", "text": "\\ud800' + "刷单".encode() + b'"}'
    monkeypatch.setattr(command.sys, "stdin", stdin_of(line))
    out = io.StringIO()
    call_command("screen", stdout=out)
    answer = json.loads(out.getvalue().encode())
    assert (answer["signals"][0]["start"], answer["signals"][0]["end"]) == (1, 3)


@pytest.mark.django_db
def test_lines_may_end_as_on_windows_and_the_file_begin_with_a_mark(monkeypatch):
    text = "\ufeff" + "".join(json.dumps({"id": n, "text": SCAM}) + "\r\n" for n in (1, 2))
    answers, errors, code = run_screen_command(monkeypatch, text.encode() + b"\r\n")
    assert ([answer["id"] for answer in answers], errors, code) == ([1, 2], "", 0)


@pytest.mark.django_db
def test_an_empty_text_is_answered(monkeypatch):
    (answer,), _said, code = run_screen_command(monkeypatch, {"id": 1, "text": ""})
    assert (answer["level"], answer["signals"], code) == ("low", [], 0)


def test_a_reader_who_leaves_is_no_error_message():
    """As `manage.py screen < lines | head -1`."""
    line = (json.dumps({"id": 1, "text": SCAM}) + "\n").encode()
    with subprocess.Popen(
        [sys.executable, settings.BASE_DIR / "manage.py", "screen"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "DATABASE_URL": "postgresql://127.0.0.1:1/none"},
    ) as process:
        process.stdin.write(line)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.write(line * 100)
            process.stdin.close()
        errors = process.stderr.read().decode()
        assert process.wait() == 1
    assert "Traceback" not in errors
    assert "Broken" not in errors


@pytest.mark.django_db
def test_blank_lines_are_passed_over(monkeypatch):
    answers, errors, code = run_screen_command(monkeypatch, b"", b"  ", {"id": 1, "text": SCAM})
    assert (len(answers), errors, code) == (1, "", 0)


def test_without_the_database_the_rules_answer_alone(monkeypatch):
    tries = []

    def unreachable(text, context):
        tries.append(text)
        raise OperationalError("connection refused")

    monkeypatch.setattr(command, "screen_text", unreachable)
    answers, errors, code = run_screen_command(
        monkeypatch, {"id": 1, "text": SCAM}, {"id": 2, "text": SCAM}
    )
    assert [answer["fraud_type"] for answer in answers] == ["brushing_rebate"] * 2
    assert code == 0
    assert errors.count("database") == 1
    assert len(tries) == 1
    assert "refused" not in errors
