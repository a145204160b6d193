"""A month of a few places, lived the real way and counted by hand."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import EmployerEvent
from cities import directory
from jobsite.demo import make
from listings import posting, standing
from listings.imports import judging
from listings.models import Application, ContactReveal, Listing
from safety import appeals, deciding, reporting, reports
from safety.governance import checking, counting, keeping, months
from safety.models import Report
from tests.conftest import content
from tests.listings.importing import put, row, table
from tests.people import person
from tests.safety import appealing
from tests.safety.desks import moderator
from tests.safety.governing import HISTORIES, REFUSED, hand_in

pytestmark = pytest.mark.django_db
__all__ = ["put"]  # a fixture
EARLIER, LATER = "月初以前", "月底以后"


class Clock:
    """Puts what has just happened at a moment of last month, or of the months beside it."""

    def __init__(self):
        self.month = months.back(months.this_month())
        self.seen = {model: self._last(model) for model in HISTORIES}

    def __call__(self, day, hour=0, minute=0, second=0):
        """Beijing time; day 0 is the last of the month before, 99 the first of the one after."""
        first = datetime(self.month.year, self.month.month, 1, tzinfo=months.begins(self.month).tzinfo)
        begins = months.span(self.month)[1] if day == 99 else first + timedelta(days=day - 1)
        moment = begins + timedelta(hours=hour, minutes=minute, seconds=second)
        for model, seen in self.seen.items():
            model.objects.filter(pk__gt=seen).update(created_at=moment)
            self.seen[model] = self._last(model)
        return moment

    def _last(self, model):
        return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.fixture
def clock(employer):
    """The shop itself was checked long before."""
    EmployerEvent.objects.update(created_at=timezone.now() - timedelta(days=200))
    return Clock()


@pytest.fixture
def mod():
    return moderator()


def decide(listing, action, by, **more):
    return deciding.decide("listing", listing.pk, action, by, "看过", confirmed=True, **more)


def edit(listing, owner, **fields):
    posting.submit_text(listing, content(**fields), owner, signed_no_fee=True)


def said(listing, reason, who, clock, day):
    made = reporting.report(listing=listing, reason=reason, marks=[who])
    at = clock(day)
    due = at + reporting.within(reason)
    Report.objects.filter(pk=made.pk).update(created_at=at, due_at=due)
    return made


def test_the_figures_of_a_month_are_those_counted_by_hand(employer, owner, mod, clock, put):
    fenghuang = directory.by_slug("fenghuang").adcode

    # The borders of the month are Beijing's: 16:00 of the day before in UTC.
    hand_in(employer, owner, title="月初以前")
    clock(0, 23, 59)
    tea = hand_in(employer, owner, title="奶茶店员", region_id=fenghuang)
    clock(1, 0, 1)
    late = hand_in(employer, owner, title="地推", category="qr_promo")
    clock(20)

    # A moderator decides two; what was decided and undone is none, also across the month's end.
    scan = hand_in(employer, owner, title="扫码", category="qr_promo")
    double = hand_in(employer, owner, title="扫码第二条", category="qr_promo")
    clock(10, 10, 0)
    decide(scan, "published", mod)
    clock(10, 11, 35)
    decide(double, "rejected", mod, canned="double")
    clock(10, 14, 0)
    undone = decide(late, "rejected", mod, canned="contact")
    clock(31 if months.back(clock.month, -1) - timedelta(days=1) == clock.month.replace(day=31) else 30, 23, 59, 30)
    deciding.undo(undone.pk, mod)
    clock(99, 0, 0, 10)

    # Refused by machine, in another province; an edit of it that is refused by machine, and an
    # appeal against that, for which nobody had waited since the edit before it.
    hand_in(employer, owner, title="押金", duties=REFUSED, region_id=directory.by_slug("hefei").adcode)
    clock(11)
    edit(scan, owner, title="扫码员", category="qr_promo")
    clock(12, 8, 0)
    decide(scan, "approve_edit", mod)
    clock(12, 8, 30)
    edit(scan, owner, title="扫码员", category="qr_promo", duties=REFUSED)
    clock(13)
    scan.refresh_from_db()
    appeal = appealing.appeal(scan, owner)
    clock(13, 1)
    appeals.decide(appeal.pk, "upheld", appealing.staff("another"), "由公司承担")
    clock(14)
    edit(tea, owner, title="奶茶店员", region_id=fenghuang, duties="做奶茶，加薇信 abc12345 详聊。")
    clock(15, 9, 0)
    decide(tea, "refuse_edit", mod)
    clock(15, 9, 40)

    # Three reports, two of them of being asked for money; what became of them.
    first = said(tea, "asked_fee", "a", clock, 16)
    second = said(tea, "asked_fee", "b", clock, 17)
    third = said(tea, "fake_info", "c", clock, 17)
    for report, outcome, day in ((first, "upheld", 18), (second, "upheld", 18), (third, "dismissed", 18)):
        reports.move(report.pk, outcome, mod, "处理了")
        clock(day)
    wrong = reports.undo(reports.move(said(scan, "other", "d", clock, 19).pk, "upheld", mod, "?").pk, mod)
    clock(19)
    assert wrong.after == "received"

    # The shop moves the listing to another province; its past stays where it began.
    Listing.objects.filter(pk=tea.pk).update(region=directory.by_slug("hefei"))
    for n in (1, 2):
        seeker = person(f"seeker{n}")
        ContactReveal.objects.create(listing=tea, user=seeker, warned=True) if n == 1 else (
            Application.objects.create(listing=tea, seeker=seeker)
        )
    decide(tea, "removed_fraud", mod, fraud_type="upfront_fee")
    clock(21)
    scan.refresh_from_db()
    assert scan.status == "held"  # like all of the shop's that stood in public
    decide(scan, "restore", mod)
    clock(22)

    # Rows of another board: pending until the worker has looked.
    put(table(row(), row(编号="n2", 名称="收银员", 说明="收银，入职先交服装费 200 元。", 地点="安徽省 - 合肥市")))
    clock(23)
    judging.judge_imported()
    clock(23, 1)

    # Shops: one is checked, frozen and banned; one refused.
    made = [make.make_employer(name, status="pending", region=place) for name, place in (
        ("合肥甲店", "hefei"), ("吉首乙店", "jishou"))]
    EmployerEvent.objects.filter(employer__in=made).update(created_at=timezone.now() - timedelta(days=150))
    for made_one in made:
        made_one.events.all().delete()
        made_one.events.create(action="pending", before="unverified", after="pending")
    clock(24, 8, 0)
    for step in ("verified", "frozen", "banned"):
        standing.move_employer(made[0].pk, step, mod, "查实")
    standing.move_employer(made[1].pk, "rejected", mod, "看不清")
    clock(24, 20, 0)

    found = counting.of_all(*months.span(clock.month))
    by_slug = lambda slug: found[directory.by_slug(slug).adcode].counts  # noqa: E731
    fenghuang_by_hand = {
        "submitted": 1, "published_auto": 1, "edits_refused_person": 1, "decision_time": 1,
        "held_reports": 1, "removed_fraud": 1, "warned": 2,
        "reports": 3, "reports_upheld": 2, "reports_dismissed": 1, "reports_in_time": 2, "report_time": 3,
    }
    assert by_slug("fenghuang") == fenghuang_by_hand
