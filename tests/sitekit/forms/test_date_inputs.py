"""A browser shows a day in its calendar only if it is written as 2026-03-01; else the field looks empty."""

import datetime
import re
from pathlib import Path

import pytest
from django.utils import timezone, translation

from sitekit.forms.date_inputs import DayInput, MomentInput

ROOT = Path(__file__).resolve().parents[3]
APPS = ("accounts", "cities", "jobsite", "listings", "news", "safety", "sitekit")
OTHER_INPUT = re.compile(
    r"forms\.(?:DateInput|DateTimeInput)\b|[\"']type[\"']: [\"'](?:date|datetime-local)[\"']"
)


@pytest.mark.parametrize(
    ("widget", "value", "expected"),
    [
        (DayInput(), datetime.date(2026, 3, 1), 'type="date" name="at" value="2026-03-01"'),
        (DayInput(), "2026-3-1", 'value="2026-3-1"'),
        (
            MomentInput(),
            datetime.datetime(2026, 3, 1, 9, 5, tzinfo=timezone.get_default_timezone()),
            'type="datetime-local" name="at" value="2026-03-01T09:05"',
        ),
    ],
)
def test_a_day_is_written_as_a_browser_reads_it_whatever_the_language(widget, value, expected):
    with translation.override("zh-hans"):
        assert expected in widget.render("at", value)


def test_no_form_asks_for_a_day_in_another_way():
    others = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and path.name != "date_inputs.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OTHER_INPUT.search(line)
    ]
    assert not others, "sitekit.forms.date_inputs"
