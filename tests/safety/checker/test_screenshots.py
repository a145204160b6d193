"""Drawn screenshots in five styles: what is read of them, who says it, and the verdict that follows.

The figures are told in docs/screenshots.md.
"""

import pytest

from safety.checker.text_check import check_text
from sitekit.ocr.reader_client import read_pictures
from tests.safety.checker.screenshots.screenshot_texts import compare_reading, load_screenshots

pytestmark = pytest.mark.django_db
FIRST = load_screenshots("texts.toml")
# One of each style, which the lists have in sixes, three scams first.
FIVE = [FIRST[number] for number in (1, 10, 12, 21, 24)]
# Columns without any border, which are read as the rows of a table: docs/screenshots.md.
READ_BY_ROWS = "later-poster-library"
MIN_CHARACTERS, MIN_SIDES, MIN_VERDICTS = 0.98, 0.98, 0.95


def test_there_are_thirty_of_five_styles_half_of_them_scams():
    styles = [shot.style.partition("-")[0] for shot in FIRST]
    assert len(FIRST) == 30 and len({shot.style for shot in FIVE}) == 5
    assert {style: styles.count(style) for style in styles} == {
        "wechat": 12,  # light and dark
        "qq": 6,
        "sms": 6,
        "poster": 6,
    }
    assert sum(shot.is_scam for shot in FIRST) == 15


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "shots",
    [
        pytest.param(FIVE, id="five"),
        pytest.param(FIRST, id="thirty", marks=pytest.mark.full),
        pytest.param(load_screenshots("later_texts.toml"), id="ten later", marks=pytest.mark.full),
    ],
)
def test_characters_sides_order_and_verdict_are_those_of_the_text(shots):
    compared, other_verdicts = [], []
    for shot in shots:
        (reading,) = read_pictures([shot.picture], seconds=300)
        compared.append(compare_reading(shot, reading))
        read, typed = check_text("", [reading]).verdict, check_text(shot.typed).verdict
        if (read.level, read.fraud_type) != (typed.level, typed.fraud_type):
            other_verdicts.append((shot.id, read.level, typed.level))
    characters = sum(agreement.characters for agreement in compared)
    errors = sum(agreement.errors for agreement in compared)
    sided = sum(agreement.sided for agreement in compared)
    assert errors <= (1 - MIN_CHARACTERS) * characters
    assert sum(agreement.right_sides for agreement in compared) >= MIN_SIDES * sided
    unordered = [shot.id for shot, a in zip(shots, compared, strict=True) if not a.is_in_order]
    assert [name for name in unordered if name != READ_BY_ROWS] == []
    assert len(other_verdicts) <= (1 - MIN_VERDICTS) * len(shots), other_verdicts
