"""How many contacts are found however they are disguised, and how many lines without one are accused."""

from pathlib import Path

import pytest

from screening.contacts.extraction import find_contact_mentions
from screening.reading.folded_text import FoldedText

FOLDER = Path(__file__).parent.parent / "data" / "contacts"


def read_texts(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize(
    ("name", "lines", "least", "most"),
    [("spellings.txt", 290, 0.96, 1), ("look_alikes.txt", 275, 0, 0.01)],
)
def test_a_disguised_contact_is_found_and_a_look_alike_is_none(name, lines, least, most):
    texts = read_texts(name)
    assert len(set(texts)) == len(texts) >= lines
    found_count = sum(bool(find_contact_mentions(FoldedText(text))) for text in texts)
    assert least <= found_count / len(texts) <= most
