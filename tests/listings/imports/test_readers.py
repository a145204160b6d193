"""Reading single cells; and that any bytes end in a report."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings.imports.cell_parsers import (
    CellAmbiguous,
    CellUnreadable,
    clean_text,
    parse_cell_date,
    parse_headcount,
    parse_pay,
)
from listings.models import Listing, ListingEvent, ListingRevision
from tests.daily_tests import count_examples
from tests.listings.importing import build_csv_table, build_import_row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000-5000 元/月", (3000, 5000, "month")),
        ("8000以上 元/月", (8000, 8000, "month")),
        ("３０００－５０００元/月", (3000, 5000, "month")),
        ("1.5-2万/月", (15000, 20000, "month")),
        ("3千～5千 每月", (3000, 5000, "month")),
        ("时薪18", (18, 18, "hour")),
        ("20元/小时", (20, 20, "hour")),
        ("3,500元/月", (3500, 3500, "month")),
        ("80元/课时", (80, 80, "session")),
        ("面议", None),
        ("", None),
        ("2000元以下/月", None),
        ("0-0 元/月", None),
    ],
)
def test_pay_is_read(text, expected):
    assert parse_pay(text) == expected


@pytest.mark.parametrize("text", ["5000-3000元/月", "200", "看着给", "99999999999元/天"])
def test_pay_that_makes_no_sense_is_unreadable(text):
    with pytest.raises(CellUnreadable):
        parse_pay(text)


def test_pay_without_a_unit_takes_the_given_one():
    assert parse_pay("3000-5000", "month") == (3000, 5000, "month")


@pytest.mark.parametrize("text", ["2015年02月28日", "2015-2-28", "2015/02/28 10:00", "20150228"])
def test_dates_are_read(text):
    assert parse_cell_date(text) == datetime.date(2015, 2, 28)


@pytest.mark.parametrize("text", ["1970-01-01", "2015-02-30", "长期", "", "9999-12-31"])
def test_junk_is_no_date(text):
    with pytest.raises(CellUnreadable):
        parse_cell_date(text)


def test_people_are_counted():
    assert [parse_headcount(t) for t in ("10人", "１０ 人", "招3名", "3.0")] == [10, 10, 3, 3]
    for text in ("若干", "数名人", "不限人", "人", "0人", "999999999999"):
        with pytest.raises(CellUnreadable):
            parse_headcount(text)


@pytest.mark.parametrize("text", ["-2", "−2人", "3-4名", "2.5", "10+", "约5人", "3人以上", "2 3"])
def test_a_number_that_would_be_guessed_is_ambiguous(text):
    with pytest.raises(CellAmbiguous):
        parse_headcount(text)


def test_negative_pay_is_not_read_without_its_sign():
    with pytest.raises(CellAmbiguous):
        parse_pay("-50元/小时")


@given(st.text())
def test_any_cell_is_read_or_unreadable(text):
    for read in (parse_pay, parse_headcount, parse_cell_date):
        try:
            read(text)
        except CellUnreadable:
            continue
    cleaned = clean_text(text)
    assert "\0" not in cleaned
    cleaned.encode()  # no lone surrogates: the database would refuse them


@settings(
    max_examples=count_examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=400), st.sampled_from([".csv", ".tsv", ".jsonl", ".xlsx"]))
def test_any_bytes_end_in_a_report(put, junk, suffix):
    """After a good row, whatever follows: a report, and each listing whole."""
    head = build_csv_table(build_import_row(), separator="\t" if suffix == ".tsv" else ",").encode()
    content = b"" if suffix in (".jsonl", ".xlsx") else head
    code, _, _ = put(content + junk, name=f"jobs{suffix}")
    assert code in (0, 1, 2)
    count = Listing.objects.count()
    assert ListingRevision.objects.count() >= count and ListingEvent.objects.count() >= count
