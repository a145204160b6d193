"""What the desk did in the months before today, so that the governance page has something to tell:
listings that came and went, reports, appeals, and the people who were warned."""

import random
from itertools import count

from django.db import transaction
from django.utils import timezone

from accounts.models import EmployerStatus
from cities.directory.regions import get_region, get_region_ancestors, get_region_by_slug
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus, WorkMode
from listings.models import (
    CONTENT_FIELDS,
    Listing,
    ListingEvent,
    ListingRevision,
    RevisionAssessment,
)
from listings.publication.transitions import needs_two_people
from safety.choices import AppealStatus, CaseKind, ReportStatus
from safety.governance.months import (
    get_current_month,
    get_month_span,
    go_back_months,
)
from safety.governance.stored_months import store_missing_months
from safety.models import (
    Appeal,
    AppealEvent,
    Decision,
    FraudCase,
    GovernanceMonth,
    Report,
    ReportEvent,
    Warned,
)
from safety.moderation.ticket_codes import create_ticket_code
from safety.reports.submission import get_handling_time
from sitekit.workflow.periods import DAY, HOUR, get_midnight
from tools.demo.factories import make_employer

MONTHS = 11
# How many a month in the home of the demo, and in all other places together.
AT_HOME, ELSEWHERE = 11, 5
# What becomes of a listing, over and over.
FATES = (
    "auto", "auto", "refused", "auto", "person", "auto", "fraud", "auto", "sent_back",
    "auto", "refused", "person", "auto", "reported", "auto", "sent_back", "auto", "held",
)  # fmt: skip
REFUSED = ("fee", "brushing", "training", "fee", "accounts")
SENT_BACK = ("missing", "contact", "discrim", "pay-high", "", "diversion")
FRAUDS = ("upfront_fee", "brushing_rebate", "account_tasks", "upfront_fee", "training_loan")
REASONS = ("fake_info", "wage_arrears", "filled_or_expired", "agency_impersonation", "fake_phone")


def load_moderation_history(users):
    """Once: where somebody has reported anything before this month, all of this is there."""
    begun = get_midnight(get_current_month())
    if not Report.objects.filter(created_at__lt=begun).exists():
        with transaction.atomic():
            _History(users["moderator"], users["admin"]).write()


def recount_past_months():
    """Months that were counted before the demo wrote of them."""
    GovernanceMonth.objects.all().delete()
    store_missing_months()


class _History:
    def __init__(self, moderator, second_moderator):
        self.moderator, self.second_moderator = moderator, second_moderator
        self.rng = random.Random("history")
        self.numbers = count()

    def write(self):
        rows = Listing.objects.live().exclude(employer=None).exclude(mode=WorkMode.ONLINE)
        at_home: list[Listing] = []
        elsewhere: list[Listing] = []
        home = get_region_by_slug("xiangxi")
        for row in rows.order_by("pk"):
            inside = home in get_region_ancestors(get_region(row.region_id))
            (at_home if inside else elsewhere).append(row)
        for back in range(MONTHS, 0, -1):
            start, end = get_month_span(go_back_months(get_current_month(), back))
            for models, how_many in ((at_home, AT_HOME), (elsewhere, ELSEWHERE)):
                for _ in range(how_many if models else 0):
                    number = next(self.numbers)
                    length = end - start - 10 * DAY
                    at = start + length * self.rng.random()
                    self.write_listing(models[number % len(models)], number, at)

    def write_listing(self, like, number, at):
        """A listing like one that is online now, as it was handed in and became."""
        fate = FATES[number % len(FATES)]
        # Photos belong to the listing they were taken for.
        content = {name: getattr(like, name) for name in CONTENT_FIELDS if name != "photos"}
        content["title"] = f"{like.title[:50]}（{at.month} 月）"
        content["duties"] = f"{like.duties}这是第 {number + 1} 批。"
        content["valid_through"] = timezone.localdate(at + 20 * DAY)
        employer = _make_fraudster(like, number, at) if fate == "fraud" else like.employer
        listing = Listing.objects.create(
            employer=employer, created_at=at, status=S.WITHDRAWN, **content
        )
        text = ListingRevision.objects.create(
            listing=listing, status=RevisionStatus.APPROVED, created_at=at, **content
        )
        getattr(self, f"_write_{fate}")(listing, text, number, at)

    def _write_auto(self, listing, text, number, at, *, ends=True):
        self._add_event(listing, at, None, "publish", S.DRAFT, S.PUBLISHED, text)
        self._update_row(listing, published_at=at)
        if ends:
            self._add_event(listing, at + 9 * DAY, None, S.WITHDRAWN, S.PUBLISHED, S.WITHDRAWN)

    def _write_person(self, listing, text, number, at):
        decided_at = at + HOUR * self.rng.randint(1, 30)
        self._add_event(listing, at, None, S.PENDING, S.DRAFT, S.PENDING)
        event = self._add_event(
            listing, decided_at, self.moderator, "publish", S.PENDING, S.PUBLISHED, text
        )
        self._add_decision(event, S.PUBLISHED, decided_at - at)
        if needs_two_people(text):
            self._update_row(text, first_approver=self.second_moderator)
        self._update_row(listing, published_at=decided_at)
        self._add_event(listing, decided_at + 8 * DAY, None, S.WITHDRAWN, S.PUBLISHED, S.WITHDRAWN)

    def _write_refused(self, listing, text, number, at):
        code = REFUSED[number % len(REFUSED)]
        self._update_row(text, status=RevisionStatus.REFUSED)
        RevisionAssessment.objects.create(
            revision=text, engine="demo", score=90, level="high", outcome="refuse", created_at=at,
            reasons=[{"code": code, "words": "自动检查没有通过。", "cure": ""}],
        )  # fmt: skip
        self._update_row(listing, status=S.REJECTED)
        self._add_event(listing, at, None, S.REJECTED, S.DRAFT, S.REJECTED, text)

    def _write_sent_back(self, listing, text, number, at):
        decided_at = at + HOUR * self.rng.randint(2, 40)
        self._update_row(text, status=RevisionStatus.REFUSED)
        self._update_row(listing, status=S.REJECTED)
        self._add_event(listing, at, None, S.PENDING, S.DRAFT, S.PENDING)
        by = self.moderator
        event = self._add_event(listing, decided_at, by, S.REJECTED, S.PENDING, S.REJECTED, text)
        self._add_decision(event, S.REJECTED, decided_at - at, SENT_BACK[number % len(SENT_BACK)])
        if number % 3 == 0:
            self._add_appeal(listing, S.REJECTED, decided_at + DAY, AppealStatus.DISMISSED)

    def _write_reported(self, listing, text, number, at):
        self._write_person(listing, text, number, at)
        for step in range(1 + number % 3):
            reason = REASONS[(number + step) % len(REASONS)]
            upheld = step == 1
            self._add_report(listing, reason, at + (2 + step) * DAY, upheld)

    def _write_held(self, listing, text, number, at):
        """Two say that money was asked, which proves wrong."""
        self._write_auto(listing, text, number, at, ends=False)
        for hours in (30, 41):
            self._add_report(listing, "asked_fee", at + hours * HOUR, upheld=False)
        held = at + 41 * HOUR
        self._add_event(listing, held, None, S.HELD, S.PUBLISHED, S.HELD)
        self._add_appeal(listing, S.HELD, held + 5 * HOUR, AppealStatus.UPHELD)
        back = held + 20 * HOUR
        self._add_event(listing, back, self.second_moderator, "publish", S.HELD, S.PUBLISHED)
        self._add_event(listing, back + 2 * DAY, None, S.WITHDRAWN, S.PUBLISHED, S.WITHDRAWN)

    def _write_fraud(self, listing, text, number, at):
        kind = FRAUDS[number // len(FATES) % len(FRAUDS)]
        self._write_auto(listing, text, number, at, ends=False)
        for hours in (20, 26):
            self._add_report(listing, "asked_fee", at + hours * HOUR, upheld=True)
        self._add_event(listing, at + 26 * HOUR, None, S.HELD, S.PUBLISHED, S.HELD)
        gone, by = at + 33 * HOUR, self.moderator
        event = self._add_event(listing, gone, by, S.REMOVED_FRAUD, S.HELD, S.REMOVED_FRAUD)
        self._add_decision(event, S.REMOVED_FRAUD, 7 * HOUR, "fraud-fee")
        self._update_row(listing, status=S.REMOVED_FRAUD, fraud_type=kind)
        warned = 2 + number % 4
        freeze = listing.employer.events.get(after=EmployerStatus.FROZEN)
        self._update_row(freeze, actor=by, created_at=gone)
        case = FraudCase.objects.create(
            listing=listing, event=event.pk, fraud_type=kind, moderator=by, reason=event.reason,
            reveals=warned, warned=warned, freeze=freeze.pk, created_at=gone,
        )  # fmt: skip
        Warned.objects.bulk_create(
            Warned(case=case, key=f"demo-{case.pk}-{n}", by_mail=True, created_at=gone)
            for n in range(warned)
        )

    def _add_report(self, listing, reason, at, upheld):
        done = at + HOUR * self.rng.choice((2, 5, 9, 16, 22, 31))
        to = ReportStatus.UPHELD if upheld else ReportStatus.DISMISSED
        words = "查实了，已经处理。" if upheld else "问过双方，没有查到。"
        report = Report.objects.create(
            listing=listing, reason=reason, ticket=create_ticket_code(), status=to, outcome=words,
            created_at=at, due_at=at + get_handling_time(reason), decided_at=done,
        )  # fmt: skip
        received = ReportStatus.RECEIVED
        ReportEvent.objects.create(report=report, after=received, created_at=at)
        ReportEvent.objects.create(
            report=report, actor=self.moderator, reason=words, before=received, after=to,
            created_at=done,
        )  # fmt: skip

    def _add_appeal(self, listing, against, at, to):
        words = (
            "另一位审核员看过，维持。" if to == AppealStatus.DISMISSED else "说得清楚，恢复展示。"
        )
        appeal = Appeal.objects.create(
            listing=listing, against=against, words="我们觉得判错了，请再看一遍。", status=to,
            outcome=words, ticket=create_ticket_code(), decided_by=self.moderator, created_at=at,
            due_at=at + 3 * DAY, decided_at=at + 15 * HOUR,
        )  # fmt: skip
        AppealEvent.objects.create(appeal=appeal, after=AppealStatus.OPEN, created_at=at)
        AppealEvent.objects.create(
            appeal=appeal, actor=self.second_moderator, reason=words, before=AppealStatus.OPEN, after=to,
            created_at=at + 15 * HOUR,
        )  # fmt: skip

    def _add_event(self, listing, at, actor, action, before, after, text=None):  # noqa: PLR0913, PLR0917
        return ListingEvent.objects.create(
            listing=listing, actor=actor, action=action, before=before, after=after, revision=text,
            reason="演示：核实后处理" if actor else "", created_at=at,
        )  # fmt: skip

    def _add_decision(self, event, action, waited, canned=""):
        Decision.objects.create(
            kind=CaseKind.LISTING, number=event.listing_id, moderator=self.moderator,
            action=action, reason=event.reason, canned=canned, event=event.pk, waited=waited,
            created_at=event.created_at,
        )  # fmt: skip

    def _update_row(self, row, **fields):
        type(row).objects.filter(pk=row.pk).update(**fields)


def _make_fraudster(like, number, at):
    """Of its own: the employers of what is online now are no fraudsters."""
    days_ago = (timezone.now() - at).days + 3
    fields = {"status": EmployerStatus.FROZEN, "verified_days_ago": days_ago}
    return make_employer(f"示例信息服务部{number + 1}号", region=like.region_id, **fields)
