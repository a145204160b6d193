"""Months written down, and `verify_governance`, which finds whatever no longer agrees."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Employer, User
from cities.directory.regions import get_region_by_slug
from listings.models import ListingEvent
from safety import periodic_tasks as housekeeping
from safety.governance.figures import FIGURES
from safety.governance.months import (
    get_current_month,
    get_local_month,
    get_month_span,
    go_back_months,
    is_finished,
)
from safety.governance.stored_months import digest_month, store_missing_months
from safety.governance_audit.comparison import NOT_KEPT, TOO_OLD, compare_published
from safety.models import GovernanceMonth
from safety.moderation.decisions import make_decision
from sitekit.maintenance.retention import THREE_YEARS
from tests.conftest import tea_shop
from tests.people import make_person
from tests.safety.desks import make_moderator_user
from tests.safety.governing import REFUSED, hand_in, into_last_month, store_finished_months

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shop(module_rows):
    """(an employer that was checked long ago, who acts for it)"""
    employer, owner = tea_shop(), make_person("owner")
    employer.memberships.create(user=owner, role="owner")
    employer.events.update(created_at=F("created_at") - timedelta(days=100))
    return employer, owner


@pytest.fixture
def employer(shop):
    return Employer.objects.get(pk=shop[0].pk)


@pytest.fixture
def owner(shop):
    return User.objects.get(pk=shop[1].pk)


@pytest.fixture(scope="module")
def month(shop):
    """Two texts of last month, one refused, are written down."""
    employer, owner = shop
    hand_in(employer, owner)
    hand_in(employer, owner, duties=REFUSED, title="另一条")
    first_day = into_last_month()
    store_finished_months()
    return first_day


def get_governance_month(month, slug="xiangxi"):
    return GovernanceMonth.objects.get(month=month, region=slug and get_region_by_slug(slug))


def run_verify_governance(**options):
    """(what it said, how it ended)"""
    output = StringIO()
    try:
        call_command("verify_governance", stdout=output, **options)
    except CommandError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


def test_a_finished_month_is_written_down_once_for_every_place_around(month):
    for slug in ("jishou", "xiangxi", "hunan", None):
        counts = get_governance_month(month, slug).figures["counts"]
        assert (counts["submitted"], counts["refused_auto"]) == (2, 1), slug
    assert not GovernanceMonth.objects.filter(month=get_current_month()).exists()
    before = list(GovernanceMonth.objects.order_by("pk").values())
    assert store_finished_months() == 0
    assert list(GovernanceMonth.objects.order_by("pk").values()) == before


def test_a_month_between_without_any_event_is_written_down_too(month):
    """The employer was checked before it: every month from then on has the nation's row."""
    kept = GovernanceMonth.objects.filter(region=None).order_by("month")
    months = list(kept.values_list("month", flat=True))
    assert months == [go_back_months(months[-1], n) for n in reversed(range(len(months)))]
    assert months[-1] == month


def test_no_month_is_written_down_twice(month):
    for place in (None, get_region_by_slug("xiangxi")):
        with pytest.raises(IntegrityError), transaction.atomic():
            GovernanceMonth.objects.create(month=month, region=place, figures={}, digest="")


def test_an_empty_site_has_nothing_to_write_down():
    assert store_finished_months() == 0


def test_a_month_is_finished_an_hour_after_its_end(monkeypatch):
    """Until then a decision of its last minute can be undone."""
    month = get_current_month()
    end = get_month_span(month)[1]
    for minutes, finished in ((-1, False), (59, False), (60, True)):
        moment = end + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert is_finished(month) is finished


def test_housekeeping_writes_months_down():
    assert store_missing_months in [job.do for job in housekeeping.JOBS]


def test_what_is_published_agrees_with_the_events(month):
    report, ended = run_verify_governance()
    assert "都对得上" in report and ended == ""


def test_a_figure_that_was_changed_is_found(month):
    changed = get_governance_month(month)
    changed.figures["counts"]["submitted"] = 7
    changed.save()
    report, ended = run_verify_governance()
    assert f"{month:%Y-%m} 湘西土家族苗族自治州 submitted（收到的兼职） 公布 7 推算 2" in report
    assert "校验值对不上" in report
    assert ended.startswith("2 处")


@pytest.mark.parametrize("kind", ["parts", "times"])
def test_a_part_or_a_time_that_was_changed_is_found(month, kind):
    changed = get_governance_month(month, None)
    changed.figures[kind] = {"refused_auto": {"fee": 9}} if kind == "parts" else {
        "report_time": {"5": 1}
    }  # fmt: skip
    changed.digest = digest_month(month, 0, changed.figures)
    changed.save()
    report, _ended = run_verify_governance()
    assert (
        "：向求职者收费 公布 9 推算 1" if kind == "parts" else "：5 分钟 公布 1 推算 0"
    ) in report


def test_a_row_that_is_missing_is_found(month):
    get_governance_month(month).delete()
    assert (
        "湘西土家族苗族自治州 submitted（收到的兼职） 公布 0 推算 2" in run_verify_governance()[0]
    )


def test_an_event_that_was_taken_away_is_found(month):
    ListingEvent.objects.filter(after="rejected").delete()
    report, ended = run_verify_governance()
    assert "全国 refused_auto（自动拦下的） 公布 1 推算 0" in report
    assert ended


def test_an_event_that_was_changed_is_found(month):
    ListingEvent.objects.filter(action="publish").update(actor=make_moderator_user())
    report, _ended = run_verify_governance()
    assert "全国 published_auto（没有经过人、直接发布的） 公布 1 推算 0" in report
    assert "全国 published_person（审核员看过后发布的） 公布 0 推算 1" in report


def test_one_place_and_one_month_can_be_looked_at(month):
    changed = get_governance_month(month, "hunan")
    changed.figures["counts"]["submitted"] = 7
    changed.save()
    assert run_verify_governance(city="xiangxi")[1] == ""
    assert run_verify_governance(city="hunan")[1] != ""
    assert run_verify_governance(month=f"{get_current_month():%Y-%m}")[1] == ""
    assert run_verify_governance(month=f"{month:%Y-%m}")[1] != ""


@pytest.mark.parametrize("wrong", [{"month": "2026"}, {"month": "x"}, {"city": "atlantis"}])
def test_what_it_does_not_know_it_says(wrong):
    assert run_verify_governance(**wrong)[1]


def test_a_month_past_the_keeping_of_events_is_said_to_be_so(month):
    """Nothing can be told of it any more: no difference, but a note."""
    old = get_local_month(timezone.now() - THREE_YEARS)
    GovernanceMonth.objects.create(month=old, figures={}, digest="")
    report, ended = run_verify_governance()
    assert f"{old:%Y-%m} {TOO_OLD}" in report
    assert ended == ""


def test_a_finished_month_that_was_never_written_down_is_named(month):
    gone = go_back_months(month, 1)
    GovernanceMonth.objects.filter(month=gone).delete()
    first = GovernanceMonth.objects.order_by("month").first().month
    assert first < gone
    assert f"{gone:%Y-%m} {NOT_KEPT}" in run_verify_governance()[0]


def test_the_running_month_is_checked_as_it_is_counted(month, publish, employer, owner):
    hand_in(employer, owner, title="这个月的")
    by = make_moderator_user()
    make_decision("listing", publish(title="停下的").pk, "held", by, "核实")
    result = compare_published(get_current_month())
    assert result.differences == []
    assert result.compared >= 3 * 3


def test_a_count_that_differs_from_the_events_is_found_in_the_running_month(
    employer, owner, monkeypatch
):
    """The two ways are two: where the query counted wrongly, the other would see it."""
    hand_in(employer, owner)
    from safety.governance import counting

    wrong = counting._build_query("places").replace("action = 'publish'", "action = 'pausing'")
    monkeypatch.setattr(counting, "_build_query", lambda _how: wrong)
    assert "published_auto" in "".join(map(str, compare_published().differences))


def test_every_figure_is_counted_by_both_ways():
    """A figure that the other way does not know would be found only once it is counted."""
    from pathlib import Path

    text = Path("safety/governance_audit/recount.py").read_text()
    for code in FIGURES:
        stem = code.removesuffix("_auto").removesuffix("_person")
        stem = stem.removesuffix("_upheld").removesuffix("_dismissed")
        assert stem in text, code
