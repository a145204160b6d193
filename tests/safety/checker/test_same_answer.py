"""The checker, the command and the engine say the same of the same text, over every corpus file."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from safety.checker.text_check import (
    DOUBTED,
    FORBIDDEN_WORK,
    FOREIGN,
    TOLD,
    UNCLEAR,
    check_text,
)
from screening.linear_model.corpus import FOLDER, read_corpus_file
from screening.screen import screen_text
from tests.daily_tests import is_night, mark_each

pytestmark = pytest.mark.django_db
EVERY = 60 if is_night() else 150  # of the texts of a file
OF_LOW_RISK = {"low", DOUBTED, FORBIDDEN_WORK, FOREIGN, UNCLEAR}


@pytest.mark.parametrize(
    "path", mark_each(3, sorted(FOLDER.glob("*.txt"))), ids=lambda path: path.stem
)
def test_each_says_the_same(path, monkeypatch, capsys):
    texts = [text.text for text in read_corpus_file(path)][::EVERY]
    lines = "\n".join(json.dumps({"id": n, "text": text}) for n, text in enumerate(texts))
    stdin = SimpleNamespace(buffer=io.BytesIO(lines.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    call_command("screen")
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers, strict=True):
        assessment = screen_text(text)
        assert (answer["score"], answer["level"]) == (assessment.score, assessment.level)
        assert answer["stops"] == list(assessment.stops)
        assert answer["required_changes"] == list(assessment.required_changes)
        shown = check_text(text).verdict.level
        if shown == TOLD:  # the checker's own, of what no offer is
            assert assessment.level in ("low", "medium")
        else:
            assert ("low" if shown in OF_LOW_RISK else shown) == assessment.level
