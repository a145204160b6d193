"""A month of three places, lived the real way and counted by hand."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cities.directory.regions import (
    NATION_KEY,
    get_region_by_slug,
    list_regions,
    list_retired_regions,
)
from listings.imports.imported_review import judge_imported
from listings.models import Application, ContactReveal, Listing
from listings.publication import submission as posting
from listings.publication.employer_status import move_employer_with_listings
from safety.appeals.transitions import decide_appeal
from safety.governance import counting
from safety.governance.months import get_current_month, get_month_span, go_back_months
from safety.governance.stored_months import store_missing_months
from safety.governance_audit.comparison import compare_published
from safety.models import Report
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.handling_times import get_handling_time
from safety.reports.submission import submit_report
from safety.reports.transitions import move_report, undo_report_event
from tests.conftest import build_listing_fields
from tests.listings.importing import SOURCE, build_csv_table, build_import_row, put
from tests.people import make_person
from tests.safety import appealing
from tests.safety.desks import approve_by_another, make_moderator_user
from tests.safety.governing import HISTORIES, REFUSED, hand_in
from tools.demo.factories import make_article, make_employer, trust_source

pytestmark = pytest.mark.django_db
__all__ = ["put"]  # a fixture

# Beside what is named in the story: that each place counts for all that lie around it.
JISHOU = {
    "submitted": 4, "published_auto": 1, "published_person": 1, "refused_person": 1,
    "edits_refused_auto": 1, "decision_time": 3, "held_person": 2, "restored": 1, "reports": 1,
    "appeals": 1, "appeals_upheld": 1, "employers_rejected": 1, "employer_time": 1,
}  # fmt: skip
FENGHUANG = {
    "submitted": 1, "published_auto": 1, "edits_refused_person": 1, "decision_time": 1,
    "held_reports": 1, "removed_fraud": 1, "warned": 2, "reports": 3, "reports_upheld": 2,
    "reports_dismissed": 1, "reports_in_time": 2, "report_time": 3,
}  # fmt: skip
HEFEI = {
    "submitted": 2, "refused_auto": 2, "employers_checked": 1, "employers_frozen": 1,
    "employers_banned": 1, "employer_time": 1,
}  # fmt: skip
FROZEN_BY_THE_CASE = Counter(employers_frozen=1)  # the employer is registered in the prefecture
XIANGXI = dict(Counter(JISHOU) + Counter(FENGHUANG) + FROZEN_BY_THE_CASE)
ON_AN_ARTICLE = Counter(reports=1)
NATION = dict(Counter(XIANGXI) + Counter(HEFEI) + ON_AN_ARTICLE)


class Clock:
    """Moves what has just happened to a moment of last month, in the time of Beijing."""

    def __init__(self):
        self.month = go_back_months(get_current_month())
        self.begins, self.ends = get_month_span(self.month)
        self._seen = dict.fromkeys(HISTORIES, 0)
        self.at(timezone.now() - timedelta(days=200))

    def day(self, day, hour=0, minute=0):
        return self.at(self.begins + timedelta(days=day - 1, hours=hour, minutes=minute))

    def at(self, moment: datetime):
        for model, seen in self._seen.items():
            new = model.objects.filter(pk__gt=seen)
            newest = new.order_by("-pk").values_list("pk", flat=True).first()
            new.update(created_at=moment)
            self._seen[model] = newest or seen
        return moment


@pytest.fixture
def clock(employer):
    return Clock()


@pytest.fixture
def mod():
    return make_moderator_user()


def decide_listing(listing, action, by, **more):
    if action in ("published", "approve_edit"):
        approve_by_another(listing)
    return make_decision("listing", listing.pk, action, by, "看过", confirmed=True, **more)


def submit_listing_edit(listing, author, **fields):
    posting.submit_text(
        listing, build_listing_fields(title="改过的", **fields), author, signed_no_fee=True
    )
    listing.refresh_from_db()


def make_report_on_day(clock, day, reason, who, **on):
    submitted = submit_report(reason=reason, marks=[who], **on)
    at = clock.day(day)
    due = at + get_handling_time(reason)
    Report.objects.filter(pk=submitted.pk).update(created_at=at, due_at=due)
    return submitted


@pytest.fixture
def story(employer, owner, mod, clock, put):
    tea, scan = handed_in(clock, employer, owner, mod)
    run_edit_steps(clock, tea, scan, owner, mod)
    run_report_steps(clock, tea, scan, mod)
    run_removal_steps(clock, tea, scan, mod)
    run_import_steps(clock, put)
    run_employer_steps(clock, owner, mod)
    return clock


def handed_in(clock, employer, owner, mod):
    hand_in(employer, owner, title="月初以前")
    clock.at(clock.begins - timedelta(minutes=1))
    tea = hand_in(employer, owner, title="奶茶店员", region_id=get_place_code("fenghuang"))
    clock.at(clock.begins + timedelta(minutes=1))  # in UTC still the month before
    hand_in(employer, owner, title="押金", duties=REFUSED, region_id=get_place_code("hefei"))
    scan, twice, late = (
        hand_in(employer, owner, title=f"扫码{n}", category="qr_promo") for n in range(3)
    )
    clock.day(10)
    decide_listing(scan, "published", mod)
    clock.day(10, 1, 35)
    decide_listing(twice, "rejected", mod, canned="double")
    clock.day(10, 4)
    undone = decide_listing(late, "rejected", mod, canned="contact")
    clock.at(clock.ends - timedelta(seconds=30))
    undo_decision(undone.pk, mod)
    clock.at(clock.ends + timedelta(seconds=10))
    return tea, scan


def run_edit_steps(clock, tea, scan, owner, mod):
    """The last edit is refused by machine and comes back by an appeal: nobody waited for that."""
    submit_listing_edit(scan, owner, category="qr_promo")
    clock.day(12)
    decide_listing(scan, "approve_edit", mod)
    clock.day(12, 0, 30)
    submit_listing_edit(scan, owner, category="qr_promo", duties=REFUSED)
    appeal = appealing.make_appeal(scan, owner)
    clock.day(13)
    decide_appeal(appeal.pk, "upheld", appealing.make_superuser("another"), "由公司承担")
    clock.day(14)
    submit_listing_edit(
        tea, owner, region_id=get_place_code("fenghuang"), duties="做奶茶，加薇信 abc12345 详聊。"
    )
    clock.day(15)
    decide_listing(tea, "refuse_edit", mod)
    clock.day(15, 0, 40)


def run_report_steps(clock, tea, scan, mod):
    reports = [
        make_report_on_day(clock, 16, "asked_fee", "a", listing=tea),
        make_report_on_day(clock, 17, "asked_fee", "b", listing=tea),
        make_report_on_day(clock, 17, "fake_info", "c", listing=tea),
    ]
    for made_report, outcome in zip(reports, ("upheld", "upheld", "dismissed"), strict=True):
        move_report(made_report.pk, outcome, mod, "处理了")
    clock.day(18)
    other = make_report_on_day(clock, 19, "other", "d", listing=scan)
    undo_report_event(move_report(other.pk, "upheld", mod, "看错了").pk, mod)
    clock.day(19, 1)
    make_report_on_day(clock, 19, "other", "e", article=make_article(regions=["xiangxi"]))


def run_removal_steps(clock, tea, scan, mod):
    Listing.objects.filter(pk=tea.pk).update(region=get_place_code("hefei"))  # its past stays
    ContactReveal.objects.create(listing=tea, user=make_person("saw"))
    Application.objects.create(listing=tea, seeker=make_person("signed-up"))
    decide_listing(tea, "removed_fraud", mod, fraud_type="upfront_fee")
    clock.day(21)
    decide_listing(scan, "restore", mod)  # it was held with all that the shop had in public
    clock.day(22)


def run_import_steps(clock, put):
    fee = build_import_row(
        编号="n2", 说明="传菜，入职前先交服装费 200 元，不交不安排上岗。", 地点="安徽省 - 合肥市"
    )
    trust_source(SOURCE)
    put(build_csv_table(build_import_row(), fee))
    judge_imported()
    clock.day(23)


def run_employer_steps(clock, owner, mod):
    for name, place, steps in (
        ("甲店", "hefei", ("verified", "frozen", "banned")),
        ("乙店", "jishou", ("rejected",)),
    ):
        shop = make_employer(name, status="unverified", region=place)
        move_employer_with_listings(shop.pk, "pending", owner)
        clock.day(24)
        for step in steps:
            move_employer_with_listings(shop.pk, step, mod, "查实")
        clock.day(24, 12)


def get_place_code(slug):
    return get_region_by_slug(slug).adcode if slug else NATION_KEY


def test_the_figures_are_those_counted_by_hand(story):
    figures = counting.count_all_places(story.begins, story.ends)
    for slug, by_hand in (
        ("jishou", JISHOU), ("fenghuang", FENGHUANG), ("xiangxi", XIANGXI), ("hunan", XIANGXI),
        ("hefei", HEFEI), ("anhui", HEFEI), (None, NATION),
    ):  # fmt: skip
        tally = figures[get_place_code(slug)]
        assert tally.counts == by_hand, slug
        place = slug and get_region_by_slug(slug)
        alone = counting.count_place(place, story.begins, story.ends)
        assert alone.as_json() == tally.as_json(), slug

    nation = figures[NATION_KEY]
    assert nation.parts == {
        "refused_auto": {"fee": 2},
        "refused_person": {"repeated": 1},
        "removed_fraud": {"upfront_fee": 1},
        "reports": {"asked_fee": 2, "fake_info": 1, "other": 2},
    }
    assert nation.times == {
        "decision_time": {95: 1, 240: 1, 30: 1, 40: 1},
        "report_time": {2800: 1, 1400: 2},
        "employer_time": {720: 2},
    }


def test_what_lies_beside_the_month_is_counted_beside_it(story):
    before = counting.count_all_places(*get_month_span(go_back_months(story.month)))[NATION_KEY]
    assert before.counts == {"submitted": 1, "published_auto": 1}
    after = counting.count_all_places(*get_month_span(get_current_month()))[NATION_KEY]
    assert after.counts == {}


def test_it_is_derived_the_same_before_and_after_it_is_written_down(story):
    assert compare_published().differences == []
    assert store_missing_months() > 0
    result = compare_published()
    assert (result.differences, result.notes) == ([], [])


def test_every_place_counts_for_those_that_hold_it_and_for_no_other():
    """The two ways of counting share where a place lies: so that is held by itself."""
    codes = {region.adcode for region in [*list_regions(), *list_retired_regions()]}
    for slug in ("hunan", "xiangxi", "fenghuang", "beijing", "xiangyang"):
        place = get_region_by_slug(slug)
        within = {code for code in codes if place.adcode in counting.list_codes_up_to_nation(code)}
        assert within == set(counting.list_place_codes(place)), slug
