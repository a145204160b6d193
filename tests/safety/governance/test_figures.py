"""What each public figure counts, made the real way, and counted twice by different ways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, EmployerEvent
from cities.directory.regions import get_region_by_slug
from listings.models import Listing, ListingRevision
from listings.publication import submission as posting
from listings.publication.employer_status import (
    lapse_overdue_employers,
    move_employer_with_listings,
)
from listings.publication.transitions import refuse_listing_edit, submit_revision
from safety.appeals.transitions import decide_appeal
from safety.governance.figures import FIGURES, PARTS, REASONS, get_part
from safety.governance.published import collect_publishable_figures, compute_percentile, sum_months
from safety.governance.tally import FigureTally, convert_to_coarse_minutes
from safety.governance_audit.comparison import compare_published
from safety.models import FraudCase, Report, ReportEvent, Warned
from safety.moderation.decisions import make_decision, undo_decision
from safety.reports.handling_times import get_handling_time
from safety.reports.submission import submit_report
from safety.reports.transitions import REPORT_MOVES, move_report, undo_report_event
from tests.conftest import build_listing_fields
from tests.safety import appealing
from tests.safety.desks import approve_by_another, make_moderator_user, waiting_text
from tests.safety.governing import REFUSED, count_this_month, get_month_counts, hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mod():
    return make_moderator_user()


@pytest.fixture(autouse=True)
def both_ways():
    """After each test the events, read in another way, say the same of every place."""
    yield
    assert compare_published().differences == []


def decide_listing(listing, action, by, reason="看过", **more):
    if action in ("published", "approve_edit"):
        approve_by_another(listing)
    return make_decision("listing", listing.pk, action, by, reason, confirmed=True, **more)


def test_a_text_that_nobody_looked_at(employer, owner):
    assert hand_in(employer, owner).status == "published"
    assert get_month_counts() == {"submitted": 1, "published_auto": 1}


def test_a_text_refused_by_machine_counts_by_its_first_reason(employer, owner):
    assert hand_in(employer, owner, duties=REFUSED).status == "rejected"
    figures = count_this_month()
    assert figures.counts == {"submitted": 1, "refused_auto": 1}
    assert figures.parts["refused_auto"] == {"fee": 1}


def test_a_text_handed_in_again_counts_again(employer, owner):
    listing = hand_in(employer, owner, duties=REFUSED)
    posting.submit_text(listing, build_listing_fields(), owner, signed_no_fee=True)
    assert get_month_counts() == {"submitted": 2, "refused_auto": 1, "published_auto": 1}


@pytest.mark.parametrize("action", ["published", "rejected"])
def test_a_text_that_a_moderator_decided_with_the_time_since_it_was_handed_in(
    employer, owner, mod, action
):
    listing = hand_in(employer, owner, category="qr_promo")
    assert listing.status == "pending"
    listing.events.update(created_at=timezone.now() - timedelta(minutes=95))
    decide_listing(listing, action, mod, canned="double")
    figures = count_this_month()
    which = {"published": "published_person", "rejected": "refused_person"}[action]
    since = listing.events.order_by("pk").first().created_at
    if since.date() >= timezone.localdate().replace(day=1):  # else the month began meanwhile
        assert figures.counts == {"submitted": 1, which: 1, "decision_time": 1}
    assert figures.times["decision_time"] == {95: 1}
    assert figures.parts == ({} if action == "published" else {"refused_person": {"repeated": 1}})


def test_a_moderators_own_words_are_another_reason(employer, owner, mod):
    decide_listing(hand_in(employer, owner, category="qr_promo"), "rejected", mod)
    assert count_this_month().parts["refused_person"] == {"other": 1}


def test_an_import_counts_as_handed_in():
    listing = Listing.objects.create(
        source_name="某网", source_id="1", status="pending", **build_listing_fields(title="转载的")
    )
    listing.events.create(action="import", after="pending")
    assert get_month_counts() == {"submitted": 1}


def test_edits_that_were_refused(publish, mod):
    listing = publish()
    before = get_month_counts()
    submit_revision(listing, ListingRevision(**build_listing_fields(duties=REFUSED)))
    refuse_listing_edit(listing.pk, None, "写了收费")
    waiting_text(listing)
    decide_listing(listing, "refuse_edit", mod)
    after = get_month_counts()
    assert after.pop("edits_refused_auto") == after.pop("edits_refused_person") == 1
    assert after == before


def test_what_is_undone_does_not_count(publish, employer, owner, mod):
    before = get_month_counts()
    waiting = hand_in(employer, owner, category="qr_promo")
    for action in ("published", "rejected"):
        undo_decision(decide_listing(waiting, action, mod).pk, mod)
    assert get_month_counts() == before | {"submitted": before.get("submitted", 0) + 1}
    listing = publish()
    before = get_month_counts()
    for action in ("held", "removed"):
        undo_decision(decide_listing(listing, action, mod).pk, mod)
    report = submit_report(listing=listing, reason="fake_info")
    event = move_report(report.pk, "upheld", mod, "查实了")
    undo_report_event(event.pk, mod)
    assert get_month_counts() == before | {"reports": 1}


def test_holds_by_reports_and_by_people_and_what_came_back(publish, mod):
    listing, other = publish(), publish(title="另一条")
    for who in ("a", "b"):
        submit_report(listing=listing, reason="asked_fee", marks=[who])
    decide_listing(other, "held", mod)
    decide_listing(listing, "restore", mod)
    decide_listing(other, "removed", mod)
    figures = get_month_counts()
    assert {k: figures[k] for k in ("held_reports", "held_person", "restored", "removed")} == {
        "held_reports": 1, "held_person": 1, "restored": 1, "removed": 1,
    }  # fmt: skip


def test_removals_for_fraud_by_type_and_the_people_warned(publish, mod):
    listing = publish()
    decide_listing(listing, "removed_fraud", mod, fraud_type="brushing_rebate")
    case = FraudCase.objects.get()
    Warned.objects.create(case=case, key="a", by_mail=True)
    figures = count_this_month()
    assert figures.parts["removed_fraud"] == {"brushing_rebate": 1}
    assert figures.counts["warned"] == Warned.objects.count() >= 1


def test_a_removal_that_was_taken_back_keeps_its_type(publish, owner, mod):
    listing = publish()
    decide_listing(listing, "removed_fraud", mod, fraud_type="typing_scam")
    listing.refresh_from_db()
    appeal = appealing.make_appeal(listing, owner)
    decide_appeal(appeal.pk, "upheld", appealing.make_superuser("other"), "没有收钱")
    figures = count_this_month()
    assert figures.parts["removed_fraud"] == {"typing_scam": 1}
    assert (figures.counts["restored"], figures.counts["appeals_upheld"]) == (1, 1)


def test_reports_by_reason_what_became_of_them_and_how_long_it_took(publish, mod):
    listing = publish()
    for reason, outcome, hours in (
        ("wage_arrears", "upheld", 70),
        ("wage_arrears", "dismissed", 80),
        ("illegal", "upheld", 20),
    ):
        report = submit_report(listing=listing, reason=reason, marks=[f"{hours}"])
        event = move_report(report.pk, outcome, mod, "处理了")
        Report.objects.filter(pk=report.pk).update(
            created_at=event.created_at - timedelta(hours=hours, minutes=1),
            due_at=event.created_at - timedelta(hours=hours) + get_handling_time(reason),
        )
    figures = count_this_month()
    assert figures.parts["reports"] == {"wage_arrears": 2, "illegal": 1}
    assert (figures.counts["reports_upheld"], figures.counts["reports_dismissed"]) == (2, 1)
    assert figures.counts["reports_in_time"] == 2
    assert figures.times["report_time"] == {1200: 1, 4200: 1, 4800: 1}
    shown = collect_publishable_figures(figures)
    assert (shown["report_time"].median, shown["report_time"].most) == (4200, 4800)
    assert shown["reports_in_time"].share == 67


def test_a_report_on_an_article_counts_in_the_nation_only(published_article):
    submit_report(article=published_article, reason="other")
    assert get_month_counts(None)["reports"] == 1
    assert "reports" not in get_month_counts()


@pytest.fixture
def published_article():
    from tools.demo.factories import make_article

    return make_article(regions=["xiangxi"])


def test_appeals_that_were_decided(publish, owner, mod):
    for outcome in ("upheld", "dismissed"):
        listing = appealing.move_listing_to_status(publish(title=f"兼职 {outcome}"), "held", mod)
        appeal = appealing.make_appeal(listing, owner)
        decide_appeal(appeal.pk, outcome, appealing.make_superuser(outcome), "看过")
    figures = get_month_counts()
    assert [figures[k] for k in ("appeals", "appeals_upheld", "appeals_dismissed")] == [2, 1, 1]


def test_employers_and_the_time_their_papers_took(employer, mod):
    before = get_month_counts()
    for step in ("lapsed", "pending", "rejected", "pending", "verified", "frozen", "banned"):
        move_employer_with_listings(employer.pk, step, mod, "材料对不上")
    after = get_month_counts()
    added = {k: n - before.get(k, 0) for k, n in after.items() if n != before.get(k, 0)}
    assert added == {
        "employers_checked": 1, "employers_rejected": 1, "employers_frozen": 1,
        "employers_banned": 1, "employer_time": 2,
    }  # fmt: skip


@pytest.mark.parametrize("days_left", [5, -1])
def test_a_refused_renewal_is_a_refusal_and_waited_since_it_was_handed_in(employer, mod, days_left):
    due = timezone.localdate() + timedelta(days=days_left)
    Employer.objects.update(recheck_due=due, submitted_at=timezone.now())
    handed_in = record_employer_event(employer, None, "renew", "", "verified")
    moment = timezone.now() - timedelta(minutes=90)
    EmployerEvent.objects.filter(pk=handed_in.pk).update(created_at=moment)
    assert lapse_overdue_employers() == (days_left < 0)
    make_decision("employer", employer.pk, "rejected", mod, "执照看不清")
    figures = count_this_month()
    assert figures.counts["employers_rejected"] == 1
    assert figures.times["employer_time"] == {90: 1}


def test_a_listing_counts_where_its_first_text_placed_it(publish, mod):
    """A later move to another place moves no figure of the past."""
    listing = publish(region_id=get_region_by_slug("fenghuang"))
    assert get_month_counts("fenghuang")["published_auto"] == 1
    Listing.objects.filter(pk=listing.pk).update(region=get_region_by_slug("hefei"))
    decide_listing(listing, "held", mod)
    assert get_month_counts("fenghuang")["held_person"] == 1
    assert get_month_counts("hefei") == {}
    for place in ("xiangxi", "hunan", None):
        assert get_month_counts(place)["held_person"] == 1


def test_an_employer_that_moved_is_no_difference(employer, mod):
    """Where it was registered before is told by nothing: the nation still has to agree."""
    move_employer_with_listings(employer.pk, "frozen", mod, "核实")
    employer.region = get_region_by_slug("hefei")
    employer.save()
    employer.events.create(action="edit", reason="改了：所在地区", before="frozen", after="frozen")
    assert get_month_counts(None)["employers_frozen"] == 1


# Without the database.


def test_every_part_has_a_name_and_no_code_is_in_two_groups():
    codes = [code for _label, group in REASONS.values() for code in group]
    assert len(codes) == len(set(codes))
    for figure in FIGURES.values():
        assert not figure.by or PARTS[figure.by]
    assert get_part("reason", "no-such") == get_part("fraud_type", "") == "other"


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(-5, 0), (59, 0), (60, 1), (5999, 99), (6000, 100), (74000, 1200)]
)
def test_times_keep_two_digits(seconds, minutes):
    assert convert_to_coarse_minutes(seconds) == minutes


def test_a_tally_survives_being_written_down():
    tally = FigureTally()
    tally.add("reports", "other", 3)
    tally.add_time("report_time", 720)
    assert FigureTally.from_json(tally.as_json()).as_json() == tally.as_json()


@pytest.mark.parametrize(
    ("times", "median", "most"),
    [({5: 2}, None, None), ({5: 2, 9: 1}, 5, 9), ({1: 5, 2: 4, 100: 1}, 1, 2)],
)
def test_percentiles_are_said_from_three_cases_on(times, median, most):
    assert (compute_percentile(times, 50), compute_percentile(times, 90)) == (
        median,
        most,
    )


def test_reasons_of_few_reports_are_found_by_no_subtraction():
    busy, quiet = FigureTally(), FigureTally()
    busy.add("reports", "fake_info", 3)
    quiet.add("reports", "id_seizure", 1)
    whole = sum_months([busy, quiet])["reports"]
    assert (whole.n, whole.parts) == (4, {"fake_info": 3})
    assert collect_publishable_figures(quiet)["reports"].parts is None


def test_every_event_of_a_report_is_one_that_is_known():
    """The query takes what follows a decision for its undoing: nothing else may follow."""
    for status in ("upheld", "dismissed"):
        assert REPORT_MOVES[status] == set()
    assert ReportEvent._meta.get_field("after").max_length == 10
