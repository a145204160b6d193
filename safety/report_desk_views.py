"""The queue of reports, a row for each thing reported, and one of its cases."""

from collections import defaultdict

from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from listings.models import Listing
from listings.transitions import MoveRefused
from news.models import Article
from safety import canned, claims, report_desk, reporting, reports, tickets
from safety.choices import CaseKind, ReportReason, ReportStatus
from safety.desk import facts, flow, frame
from safety.models import Report

KIND = CaseKind.REPORT
PAGE = 50


def _get(pk):
    rows = Report.objects.select_related("listing__employer", "article", "reporter")
    return flow.found_or_404(rows, pk, "没有这份举报。")


take_next, take, release = flow.hands(KIND, "desk:reports", _get)


@require_safe
@frame.desk
def queue(request):
    found = list(report_desk.groups()[: PAGE + 1])
    context = {"rows": _dressed(found[:PAGE], request.user), "more": len(found) > PAGE}
    return frame.page(request, "admin/desk/reports.html", "reports", "举报", **context)


@require_POST
@frame.desk
def review(request, pk):
    """Takes it into review: whoever reported it sees that somebody is at it."""
    found = _get(pk)
    try:
        claims.take(KIND, found.pk, request.user)
        reports.move(found.pk, ReportStatus.IN_REVIEW, request.user)
    except (claims.Taken, MoveRefused) as refused:
        frame.refused(request, refused)
    return redirect("desk:report", found.pk)


@require_safe
@frame.desk
def case(request, pk):
    found = _get(pk)
    return _case(request, found, _flow(request, found))


@require_POST
@frame.desk
def decide(request, pk):
    return flow.press(request, _flow(request, _get(pk)))


def _dressed(groups, user):
    """The groups with what they are about, their reports, and who has them in hand."""
    listings = [group["listing_id"] for group in groups if group["listing_id"]]
    articles = [group["article_id"] for group in groups if group["article_id"]]
    things = {("listing", row.pk): row for row in _listings().filter(pk__in=listings)}
    things |= {("article", row.pk): row for row in Article.objects.filter(pk__in=articles)}
    waiting = Report.objects.filter(Q(listing__in=listings) | Q(article__in=articles))
    told = defaultdict(list)
    for row in waiting.filter(status__in=reports.OPEN).order_by("due_at", "pk"):
        told[row.listing_id, row.article_id].append(row)
    holders = claims.holders(KIND, [row.pk for rows in told.values() for row in rows])
    return [_row(group, things, told, holders, user) for group in groups]


def _row(group, things, told, holders, user):
    name = "listing" if group["listing_id"] else "article"
    rows = told[group["listing_id"], group["article_id"]]
    held = next((holders[row.pk] for row in rows if row.pk in holders), None)
    reasons = [row.reason for row in rows]
    return {
        "thing": things[name, group[f"{name}_id"]],
        "is_listing": name == "listing",
        "first": rows[0] if rows else None,
        "count": group["count"],
        "due": group["due"],
        "is_late": group["due"] < timezone.now(),
        "is_held": group["held"] == 0,
        "reasons": [
            (ReportReason(code).label, reasons.count(code)) for code in dict.fromkeys(reasons)
        ],
        "held_by": held,
        "is_mine": held is not None and held.moderator_id == user.pk,
    }


def _listings():
    return Listing.objects.select_related("employer")


def _flow(request, found):
    def show(form, status):
        anew = _get(found.pk)
        return _case(request, anew, _flow(request, anew), form, status)

    return flow.Flow(
        kind=KIND,
        number=found.pk,
        name=found.get_reason_display(),
        queue="reports",
        labels=report_desk.LABELS,
        show=show,
        reasons=lambda: canned.filled(KIND, _known(found)),
        details={"also": "also" in request.POST},
    )


def _known(found):
    thing = found.listing or found.article
    employer = found.listing and found.listing.employer
    return {"title": thing.title, "employer": employer.name if employer else ""}


def _case(request, found, steps, form=None, status=200):
    others = list(report_desk.others_on(found)[: facts.SHOWN])
    listing, employer = found.listing, found.listing and found.listing.employer
    is_open = found.status in reports.OPEN
    record = report_desk.record_of(found)
    context = {
        "report": found,
        "ticket": tickets.shown(found.ticket),
        "listing": listing,
        "article": found.article,
        "about": reports.about(found),
        "is_open": is_open,
        "is_late": is_open and found.due_at < timezone.now(),
        "others": others,
        "also": sum(other.status in reports.OPEN for other in others) if is_open else 0,
        "people": reporting.independent(listing) if listing else 0,
        "record": [(label, record[code]) for code, label in ReportStatus.choices if code in record],
        "employer": employer,
        "history": _events(found),
        "decisions": facts.decisions(KIND, found.pk, report_desk.LABELS),
        "listing_history": facts.history(listing) if listing else [],
        "choices": flow.buttons(steps, report_desk.LABELS if is_open else ()),
        "reasons": canned.filled(KIND, _known(found)),
        "form": form or steps.form(),
        "seen": report_desk.seen(found, others),
        **flow.claim_context(KIND, found.pk, request.user),
        **(facts.employer_facts(employer) if employer else {}),
    }
    title = f"举报：{found.get_reason_display()}"
    return frame.page(request, "admin/desk/report.html", "reports", title, status, **context)


def _events(found):
    events = found.events.select_related("actor")[: facts.SHOWN]
    for event in events:
        event.words = ReportStatus(event.after).label
    return events
