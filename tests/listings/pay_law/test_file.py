"""The file of all provinces, and how it comes into the table."""

import csv
import datetime
from itertools import pairwise

import pytest
from django.core.management import call_command

from cities.directory.regions import get_province, get_region_by_slug, list_provinces
from listings.models import HourlyMinimum
from listings.pay_law.minimums import find_minimum
from listings.pay_law.minimums_csv import CSV, load_minimums_csv, read_minimums_csv
from screening.facts.pay import HOURLY_MINIMUM
from tests.listings.minimums import add_minimum

pytestmark = pytest.mark.django_db
OTHER_MONEY = {710000, 810000, 820000}


def list_tiers():
    tiers = {}
    for _key, values, places in read_minimums_csv():
        tiers.setdefault(values["province"].adcode, []).append((values, places))
    return tiers


def write_lines(folder, lines):
    path = folder / "minimums.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0])
        writer.writeheader()
        writer.writerows(lines)
    return path


def test_every_province_of_the_mainland_has_its_tiers():
    mainland = {province.adcode for province in list_provinces()} - OTHER_MONEY
    assert len(mainland) == 31
    assert set(list_tiers()) == mainland


def test_figures_are_plausible_and_fall_from_tier_to_tier():
    for tiers in list_tiers().values():
        assert [values["tier"] for values, _places in tiers] == list(range(1, len(tiers) + 1))
        for name in ("yuan_per_hour", "yuan_per_month"):
            figures = [values[name] for values, _places in tiers]
            assert all(high > low for high, low in pairwise(figures))
        for values, _places in tiers:
            assert 15 <= values["yuan_per_hour"] <= HOURLY_MINIMUM
            # Part-time pay includes what an employer pays to insurance for a full-time one.
            assert 80 <= values["yuan_per_month"] / values["yuan_per_hour"] <= 120
            since = values["in_force_since"]
            assert since is None or datetime.date(2021, 1, 1) <= since <= datetime.date(
                2026, 12, 31
            )


def test_all_but_the_lowest_tier_name_places_of_their_province_and_none_twice():
    for province_id, tiers in list_tiers().items():
        *named, (_values, rest) = tiers
        assert rest == []
        assert all(places for _values, places in named)
        codes = [place.adcode for _values, places in named for place in places]
        assert len(codes) == len(set(codes))
        assert {get_province(place).adcode for _v, places in named for place in places} <= {
            province_id
        }


def test_a_figure_without_its_document_is_not_called_confirmed():
    for _key, values, _places in read_minimums_csv():
        has_source = bool(values["source_url"] and values["read_on"] and values["in_force_since"])
        assert has_source or not values["is_confirmed"]


def test_it_is_loaded_once_and_tells_the_fallback(capsys):
    call_command("load_hourly_minimums")
    lines = len(CSV.read_text(encoding="utf-8").splitlines()) - 1
    assert f"{lines} added, 0 changed" in capsys.readouterr().out
    assert load_minimums_csv() == (0, 0)
    jishou = find_minimum(get_region_by_slug("jishou"))
    assert (jishou.where.slug, jishou.is_lowest_tier) == ("hunan", True)
    assert find_minimum(get_region_by_slug("jishou"), confirmed_only=True) is None


def test_rows_edited_in_the_admin_stay_and_others_follow_the_file(tmp_path):
    load_minimums_csv()
    edited, other = HourlyMinimum.objects.filter(province__slug="hunan")[:2]
    HourlyMinimum.objects.filter(pk=edited.pk).update(yuan_per_hour=23, is_edited=True)
    HourlyMinimum.objects.filter(pk=other.pk).update(yuan_per_hour=21)
    other.places.clear()
    assert load_minimums_csv() == (0, 1)
    assert HourlyMinimum.objects.get(pk=edited.pk).yuan_per_hour == 23
    again = HourlyMinimum.objects.get(pk=other.pk)
    assert (again.yuan_per_hour, again.places.exists()) == (other.yuan_per_hour, True)


@pytest.mark.parametrize("is_edited_onto_it", [False, True])
def test_a_row_of_the_staff_for_the_same_day_is_left_alone(tmp_path, is_edited_onto_it):
    day = datetime.date(2027, 1, 1)
    with CSV.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    load_minimums_csv()
    if is_edited_onto_it:
        row = HourlyMinimum.objects.filter(province__slug="hunan", tier=1).get()
        HourlyMinimum.objects.filter(pk=row.pk).update(in_force_since=day, is_edited=True)
    else:
        row = add_minimum(30, in_force_since=day)
    before = HourlyMinimum.objects.count()
    code = str(row.province_id)
    old = next(line for line in lines if (line["province"], line["tier"]) == (code, "1"))
    new = old | {"file_key": f"{old['file_key']}-new", "in_force_since": day.isoformat()}
    assert load_minimums_csv(write_lines(tmp_path, [*lines, new])) == (0, 0)
    if not is_edited_onto_it:  # the line itself is moved to that day
        old["in_force_since"] = day.isoformat()
        assert load_minimums_csv(write_lines(tmp_path, lines)) == (0, 0)
    assert HourlyMinimum.objects.count() == before
    assert HourlyMinimum.objects.get(pk=row.pk).yuan_per_hour == row.yuan_per_hour


def test_a_place_that_the_province_has_not_leaves_the_table_as_it_was(tmp_path):
    with CSV.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    lines[-2]["places"] = "吉首市"
    with pytest.raises(ValueError, match="吉首市"):
        load_minimums_csv(write_lines(tmp_path, lines))
    assert not HourlyMinimum.objects.exists()
