"""How many contacts are found however they are disguised, and how many lines without one are accused."""

from pathlib import Path

import pytest

import screening
from screening.contacts.extraction import find_contact_mentions
from screening.reading.folded_text import FoldedText

FOLDER = Path(screening.__file__).parent / "corpus" / "contacts"  # the model has read these


def read_texts(kind):
    return [
        line
        for path in FOLDER.glob(f"{kind}*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


@pytest.mark.parametrize(
    ("kind", "lines", "least", "most"),
    [("spellings", 990, 0.94, 1), ("look_alikes", 1240, 0, 0.01)],
)
def test_a_disguised_contact_is_found_and_a_look_alike_is_none(kind, lines, least, most):
    texts = read_texts(kind)
    assert len(set(texts)) == len(texts) >= lines
    found_count = sum(bool(find_contact_mentions(FoldedText(text))) for text in texts)
    assert least <= found_count / len(texts) <= most
